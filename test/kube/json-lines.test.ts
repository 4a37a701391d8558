import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from '../../src/kube/json-lines.ts';

function splitAt(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const sorted = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe('createLineSplitter', () => {
  it('createLineSplitter: lines are the same wherever the stream is cut, within a character too', () => {
    fc.assert(
      fc.property(fc.array(fc.json()), fc.array(fc.nat()), (values, cuts) => {
        const bytes = Buffer.from(values.map((value) => `${value}\n`).join(''));
        const splitter = createLineSplitter();
        const lines = splitAt(bytes, cuts).flatMap((chunk) =>
          splitter.push(chunk).map((line) => line.toString('utf8')),
        );
        expect(lines).toEqual(values);
        expect(splitter.pending()).toBe(0);
      }),
    );
  });

  it('createLineSplitter: any bytes come out again in their order, but for line ends', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (chunks) => {
        const splitter = createLineSplitter();
        const lines = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)));
        const whole = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
        const expected = whole.filter((byte) => byte !== 10);
        expect(Buffer.concat([...lines, splitter.rest()])).toEqual(Buffer.from(expected));
      }),
    );
  });

  it('createLineSplitter: what has no line end yet is pending', () => {
    const splitter = createLineSplitter();
    expect(splitter.push(Buffer.from('{"a":1}\n{"b"'))).toHaveLength(1);
    expect([splitter.pending(), splitter.rest().toString()]).toEqual([4, '{"b"']);
  });

  it('createLineSplitter: empty lines are left out', () => {
    expect(createLineSplitter().push(Buffer.from('\n\n1\n\n2\n')).map(String)).toEqual(['1', '2']);
  });
});
