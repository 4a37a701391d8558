import { describe, expect, it } from 'vitest';
import { relayedHeaders, relayedTrailers } from '../../src/responder/relayed-headers.ts';

const OURS = { headers: ['Access-Control-Allow-Origin', 'https://app.example.com', 'Vary', 'Origin'] };

describe('relayedHeaders', () => {
  it('relayedHeaders: without a policy everything end-to-end passes, CORS headers of the upstream too', () => {
    const raw = [
      'X-A',
      '1',
      'access-control-allow-origin',
      '*',
      'Vary',
      'Accept',
      'Set-Cookie',
      'a',
      'Set-Cookie',
      'b',
    ];
    expect(relayedHeaders([...raw, 'Connection', 'close', 'Keep-Alive', 'x'], undefined, true)).toEqual(raw);
  });

  it("relayedHeaders: the upstream's CORS headers are replaced by ours, in any case and whatever they are", () => {
    const raw = [
      'ACCESS-CONTROL-ALLOW-ORIGIN',
      '*',
      'Access-Control-Allow-Credentials',
      'true',
      'access-control-allow-private-network',
      'true',
      'X-A',
      '1',
    ];
    expect(relayedHeaders(raw, OURS, true)).toEqual([
      'X-A',
      '1',
      'Access-Control-Allow-Origin',
      'https://app.example.com',
      'Vary',
      'Origin',
    ]);
  });

  it('relayedHeaders: under a refusal nothing of CORS is left', () => {
    const raw = ['Access-Control-Allow-Origin', '*', 'X-A', '1'];
    expect(relayedHeaders(raw, { headers: ['Vary', 'Origin'] }, true)).toEqual(['X-A', '1', 'Vary', 'Origin']);
  });

  it('relayedHeaders: Vary is extended over all its lines, each name once', () => {
    const raw = ['Vary', 'Accept-Encoding', 'X-A', '1', 'vary', 'origin, Accept'];
    expect(relayedHeaders(raw, OURS, true)).toEqual([
      'X-A',
      '1',
      'Access-Control-Allow-Origin',
      'https://app.example.com',
      'Vary',
      'Accept-Encoding, origin, Accept',
    ]);
  });

  it('relayedHeaders: Vary: * stays', () => {
    expect(relayedHeaders(['Vary', '*'], OURS, true)).toContain('*');
  });

  it('relayedHeaders: a policy for everyone leaves Vary alone', () => {
    const everyone = { headers: ['Access-Control-Allow-Origin', '*'] };
    expect(relayedHeaders(['Vary', 'Accept'], everyone, true)).toEqual([
      'Access-Control-Allow-Origin',
      '*',
      'Vary',
      'Accept',
    ]);
  });

  it('relayedHeaders: Trailer is announced only where trailers can be sent', () => {
    expect(relayedHeaders(['Trailer', 'X-Sum'], OURS, true)).toContain('Trailer');
    expect(relayedHeaders(['Trailer', 'X-Sum'], OURS, false)).not.toContain('Trailer');
  });
});

describe('relayedTrailers', () => {
  it('relayedTrailers: passes fields, but none that frames the message, varies it, or speaks CORS for us', () => {
    const raw = [
      'X-Sum',
      '7',
      'Content-Length',
      '1',
      'Access-Control-Allow-Origin',
      '*',
      'VARY',
      'x',
      'Set-Cookie',
      'a',
    ];
    expect(relayedTrailers(raw, OURS)).toEqual([['X-Sum', '7']]);
  });

  it('relayedTrailers: without a policy CORS fields are the upstream’s own affair', () => {
    expect(relayedTrailers(['Access-Control-Allow-Origin', '*'], undefined)).toHaveLength(1);
  });
});
