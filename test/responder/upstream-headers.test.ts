import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hopByHopNames, upstreamHeaders } from '../../src/responder/upstream-headers.ts';

function requestWith(rawHeaders: readonly string[]): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.rawHeaders = [...rawHeaders];
  request.httpVersion = '1.1';
  return request;
}

function sentOn(rawHeaders: readonly string[], carries: 'Upgrade' | 'Body' | 'None' = 'None'): readonly string[] {
  return upstreamHeaders(requestWith(rawHeaders), { viaToken: 'token', carries }).headers;
}

const FORWARDED = ['X-Forwarded-For', '192.0.2.1'];
const VIA = ['Via', '1.1 token'];

describe('upstreamHeaders', () => {
  it('upstreamHeaders: end-to-end lines keep order, spelling, repetition and bytes', () => {
    const lines = ['hOsT', 'a', 'X-A', 'caf\u00e9', 'x-a', '', 'Cookie', 'b=c', ...FORWARDED];
    expect(sentOn(lines)).toEqual([...lines, ...VIA]);
  });

  it('upstreamHeaders: hop-by-hop lines are dropped', () => {
    const hop = ['Connection', 'keep-alive, X-Own', 'Keep-Alive', 'timeout=5', 'Proxy-Connection', 'close'];
    const more = [
      'Upgrade',
      'h2c',
      'HTTP2-Settings',
      'AAM',
      'X-Own',
      'y',
      'TE',
      'gzip',
      'Transfer-Encoding',
      'chunked',
    ];
    expect(sentOn([...hop, ...more, 'Host', 'a', ...FORWARDED])).toEqual(['Host', 'a', ...FORWARDED, ...VIA]);
  });

  it.each(['Origin', 'Host', 'X-Forwarded-For', 'Authorization', 'Cookie', 'Content-Length', 'X-Real-IP', 'Via'])(
    'upstreamHeaders: Connection cannot list %s away',
    (name) => {
      expect(sentOn(['Connection', `close, ${name}`, name, 'v', ...FORWARDED])).toContain(name);
    },
  );

  it('upstreamHeaders: of TE only trailers are passed on', () => {
    expect(sentOn(['TE', 'gzip, trailers;q=0.5', ...FORWARDED])).toEqual(['TE', 'trailers', ...FORWARDED, ...VIA]);
  });

  it('upstreamHeaders: a chunked body stays chunked', () => {
    expect(sentOn(['Transfer-Encoding', 'Chunked', ...FORWARDED], 'Body')).toContain('Transfer-Encoding');
  });

  it('upstreamHeaders: X-Forwarded-* of a front pass byte for byte, and nothing is added', () => {
    const lines = ['Host', 'a', 'x-forwarded-for', '192.0.2.1,  198.51.100.7', 'X-Forwarded-Proto', 'https'];
    expect(sentOn(lines)).toEqual([...lines, ...VIA]);
  });

  it('upstreamHeaders: Forwarded of a front is enough not to add any', () => {
    expect(sentOn(['Forwarded', 'for=192.0.2.1'])).toEqual(['Forwarded', 'for=192.0.2.1', ...VIA]);
  });

  it('upstreamHeaders: without a front they are ours to write', () => {
    expect(sentOn(['Host', 'a:8080'])).toEqual(
      expect.arrayContaining(['X-Forwarded-Proto', 'http', 'X-Forwarded-Host', 'a:8080']),
    );
  });

  it.each([
    { name: 'our token alone', via: '1.1 token', isLoop: true },
    { name: 'our token among others', via: '1.0 fred, 1.1 token, 1.1 other', isLoop: true },
    { name: 'others only', via: '1.1 varnish', isLoop: false },
  ])('upstreamHeaders: Via with $name', ({ via, isLoop }) => {
    const read = upstreamHeaders(requestWith(['Via', via]), { viaToken: 'token', carries: 'None' });
    expect(read.isLoop).toBe(isLoop);
    expect(read.headers).toContain(via);
  });

  it('upstreamHeaders: a WebSocket asks for its upgrade again', () => {
    const lines = sentOn(['Connection', 'Upgrade', 'Upgrade', 'websocket', ...FORWARDED], 'Upgrade');
    expect(lines).toEqual([...FORWARDED, 'Connection', 'Upgrade', 'Upgrade', 'websocket', ...VIA]);
  });

  it('upstreamHeaders: never sends a hop-by-hop line, whatever comes in', () => {
    const name = fc.constantFrom(
      'Connection',
      'connection',
      'Keep-Alive',
      'Upgrade',
      'X-A',
      'Transfer-Encoding',
      'Host',
    );
    const value = fc.constantFrom('close', 'X-A', 'upgrade', 'x-a, keep-alive', 'chunked', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (lines) => {
        const raw = lines.flat();
        const sent = sentOn(raw).filter((_, index) => index % 2 === 0);
        const hop = hopByHopNames(raw);
        expect(sent.filter((each) => hop.has(each.toLowerCase()))).toEqual([]);
      }),
    );
  });
});
