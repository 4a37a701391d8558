import { describe, expect, test } from 'vitest';
import { readProgram } from '../../src/cors/regex-program.ts';

describe('readProgram', () => {
  test.each([
    { name: 'group not closed', source: '(', reason: 'Syntax' },
    { name: 'class not closed', source: '[a-', reason: 'Syntax' },
    { name: 'nothing to repeat', source: '*', reason: 'Syntax' },
    { name: 'repeated twice', source: 'a**', reason: 'Syntax' },
    { name: 'possessive', source: 'a++', reason: 'Syntax' },
    { name: 'backwards range', source: '[z-a]', reason: 'Syntax' },
    { name: 'backwards count', source: 'a{2,1}', reason: 'Syntax' },
    { name: 'trailing backslash', source: 'a\\', reason: 'Syntax' },
    { name: 'unknown escape', source: '\\y', reason: 'Syntax' },
    { name: 'look-ahead', source: 'a(?=b)', reason: 'Unsupported' },
    { name: 'negative look-ahead', source: '(?!b)a', reason: 'Unsupported' },
    { name: 'look-behind', source: '(?<=b)a', reason: 'Unsupported' },
    { name: 'negative look-behind', source: '(?<!b)a', reason: 'Unsupported' },
    { name: 'atomic group', source: '(?>a)', reason: 'Unsupported' },
    { name: 'back-reference', source: '(a)\\1', reason: 'Unsupported' },
    { name: 'named back-reference', source: '(?<x>a)\\k<x>', reason: 'Unsupported' },
    { name: 'count over 1000', source: 'a{1001}', reason: 'TooComplex' },
    { name: 'counts that multiply', source: '((a{100}){100}){100}', reason: 'TooComplex' },
    { name: 'nested too deeply', source: `${'('.repeat(1100)}a${')'.repeat(1100)}`, reason: 'TooComplex' },
  ])('readProgram: $name is $reason', ({ source, reason }) => {
    const reading = readProgram(source);
    expect(reading).toMatchObject({ ok: false, reason });
    expect(reading.ok ? '' : reading.message).not.toBe('');
  });

  test('readProgram: the message names the part that is wrong', () => {
    const reading = readProgram('https://(?=b)');
    expect(reading.ok ? '' : reading.message).toContain('(?=');
  });

  test('readProgram: a program starts somewhere and can end', () => {
    const reading = readProgram('a|b');
    expect(reading.ok).toBe(true);
  });
});
