import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, escapeText, type LogOptions } from '../src/log.ts';

function logged(options: LogOptions, write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  write(createLog(options, output));
  return text;
}

describe('createLog', () => {
  it('createLog: json is one object per line, with level in words and time in ISO 8601', () => {
    const text = logged({ level: 'info', format: 'json' }, (log) => log.warn({ source: 'a.yaml:3' }, 'wrong\nline'));
    expect(text.endsWith('\n')).toBe(true);
    expect(JSON.parse(text)).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      source: 'a.yaml:3',
      msg: 'wrong\nline',
    });
  });

  it('createLog: text is one line for people, fields behind the message', () => {
    const text = logged({ level: 'info', format: 'text' }, (log) => log.error({ source: 'a b.yaml:3' }, 'wrong'));
    expect(text).toMatch(/^\d\d:\d\d:\d\d error wrong source="a b\.yaml:3"\n$/);
  });

  it('createLog: text keeps to one line whatever the message holds', () => {
    const text = logged({ level: 'info', format: 'text' }, (log) =>
      log.error({ x: '\u2028' }, 'a\r\nb\u001b[2J\u202e'),
    );
    expect(text).toMatch(/^[\x20-\x7e]+\n$/);
  });

  it('createLog: what is below the level is not written', () => {
    expect(logged({ level: 'warn', format: 'json' }, (log) => log.info('quiet'))).toBe('');
  });

  it('createLog: an error is written with code and cause, without stack', () => {
    const cause = Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });
    const text = logged({ level: 'info', format: 'json' }, (log) => log.error({ err: new Error('failed', { cause }) }));
    expect(JSON.parse(text).err).toEqual({
      name: 'Error',
      message: 'failed',
      cause: { name: 'Error', message: 'no connection', code: 'ECONNREFUSED' },
    });
  });
});

describe('escapeText', () => {
  it('escapeText: any text becomes one short line of visible ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(escapeText(text)).toMatch(/^[\x20-\x7e]*$/);
        expect(escapeText(text).length).toBeLessThanOrEqual(327 * '\\u{10ffff}'.length + 3);
      }),
    );
  });

  it('escapeText: an origin stays as it is', () => {
    expect(escapeText('https://app.example.com:8443')).toBe('https://app.example.com:8443');
  });

  it('escapeText: cuts at 327 and says so', () => {
    expect(escapeText('a'.repeat(400))).toBe(`${'a'.repeat(327)}...`);
  });
});
