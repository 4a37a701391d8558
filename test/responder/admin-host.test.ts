import { describe, expect, it } from 'vitest';
import { createHostCheck } from '../../src/responder/admin-host.ts';

describe('createHostCheck', () => {
  const isAllowed = createHostCheck(['0.0.0.0', 'Admin.Example.com', 'fd00::7']);

  it.each([
    'localhost',
    'LOCALHOST:9090',
    'localhost.',
    'tool.localhost:1',
    '127.0.0.1',
    '127.0.0.1:9090',
    '127.255.255.254',
    '[::1]:9090',
    'admin.example.com',
    'admin.example.com:9090',
    '[fd00::7]:9090',
  ])('createHostCheck: %s means this machine', (host) => {
    expect(isAllowed(host)).toBe(true);
  });

  it.each([
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.256',
    '128.0.0.1',
    '0.0.0.0',
    '[::]',
    '10.0.0.1',
    'evil-localhost',
    'evil@localhost',
    'localhost, evil.example',
    'localhost/',
    '[::1].evil.example',
    '127.1',
  ])('createHostCheck: %s does not', (host) => {
    expect(isAllowed(host)).toBe(false);
  });
});
