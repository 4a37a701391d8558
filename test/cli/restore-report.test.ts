import { describe, expect, test } from 'vitest';
import type { RestoreReport } from '../../src/apply/restore.ts';
import { isIncomplete, restoreDocument } from '../../src/cli/restore-document.ts';
import { formatRestore } from '../../src/cli/restore-report.ts';
import { restoreDocument as restoreContract } from '../contract/output-documents.ts';

function report(name: string, result: RestoreReport['result'], more: Partial<RestoreReport> = {}): RestoreReport {
  return { object: { kind: 'Ingress', namespace: 'shop', name }, result, leftAlone: [], message: '', ...more };
}

const reports: readonly RestoreReport[] = [
  report('plain', 'Nothing'),
  report('web', 'Restored'),
  report('theirs', 'OtherInstallation'),
  report('denied', 'Refused', { message: 'admission webhook "guard" denied the request' }),
  report('edited', 'Restored', {
    leftAlone: [
      { annotation: 'a/one', reason: 'Edited' },
      { annotation: 'a/two', reason: 'NotRestorable' },
    ],
  }),
  report('left', 'Nothing', { leftAlone: [{ annotation: 'a/three', reason: 'NotOurs' }] }),
];

describe('restoreDocument', () => {
  test('lists what was found, counts everything', () => {
    const document = restoreContract.parse(restoreDocument(reports, 'Written'));
    expect(document.objects.map(({ object }) => object.name)).toEqual(['web', 'theirs', 'denied', 'edited', 'left']);
    expect(document).toMatchObject({
      dryRun: false,
      counts: { restored: 2, deleted: 0, refused: 1, otherInstallation: 1, leftAlone: 2, untouched: 1 },
    });
  });

  test.each([
    { name: 'restored and untouched', of: ['plain', 'web'], incomplete: false },
    { name: 'what another installation wrote', of: ['theirs'], incomplete: false },
    { name: 'something refused', of: ['web', 'denied'], incomplete: true },
    { name: 'a key left alone', of: ['edited'], incomplete: false },
    { name: 'a key left alone where nothing was put back', of: ['left'], incomplete: false },
  ])('isIncomplete: $name', ({ of, incomplete }) => {
    const some = reports.filter(({ object }) => of.includes(object.name));
    expect(isIncomplete(restoreDocument(some, 'Written'))).toBe(incomplete);
  });
});

test('formatRestore: one line per object with the reason, and a count', () => {
  const lines = formatRestore(restoreDocument(reports, 'Written'), { color: false }).split('\n');
  expect(lines.map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
    'OBJECT  RESULT',
    'Ingress shop/web  Restored',
    'Ingress shop/theirs  OtherInstallation  another installation wrote it: --instance names that',
    'Ingress shop/denied  Refused  admission webhook "guard" denied the request',
    'Ingress shop/edited  Restored  a/one: somebody changed it since; a/two: what stood there before cannot be put back, so that it was removed',
    'Ingress shop/left  Nothing  a/three: it is no key that the operator writes',
    '',
    '2 restored, 0 deleted, 2 with keys left alone, 1 refused, 1 of another installation',
    '',
  ]);
});
