import { execFileSync } from 'node:child_process';
import { mkdir, open, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type FileText, readFileText, readStreamText, systemReason } from '../../src/sources/file-text.ts';
import { MAX_INPUT_BYTES } from '../../src/sources/input-limits.ts';
import { inputFolder } from '../support/input-folder.ts';

const BYTES = {
  'bom.yaml': Buffer.from('\ufeffa: 1\n'),
  'latin1.yaml': Buffer.from('a: é\n', 'latin1'),
  'utf16.yaml': Buffer.from('\ufeffa: 1\n', 'utf16le'),
  'utf16-no-mark.yaml': Buffer.from('a: 1\n', 'utf16le'),
  'nul.yaml': Buffer.from('a: \0\n'),
  'binary.yaml': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  'overlong.yaml': Buffer.from([0x61, 0xc0, 0xaf]),
  'surrogate.yaml': Buffer.from([0xed, 0xa0, 0x80]),
  'cut.yaml': Buffer.from([0x61, 0xf0, 0x9f, 0x98]),
  'empty.yaml': Buffer.alloc(0),
};

async function readIn(name: keyof typeof BYTES): Promise<FileText> {
  return readFileText(join(await inputFolder(BYTES), name), MAX_INPUT_BYTES);
}

describe('readFileText', () => {
  test('a byte order mark is taken off', async () => {
    expect(await readIn('bom.yaml')).toEqual({ ok: true, text: 'a: 1\n', bytes: 8 });
  });

  test('an empty file is an empty text', async () => {
    expect(await readIn('empty.yaml')).toEqual({ ok: true, text: '', bytes: 0 });
  });

  test.each([
    { name: 'latin1.yaml', message: /not UTF-8: save it as UTF-8/ },
    { name: 'utf16.yaml', message: /save it as UTF-8/ },
    { name: 'utf16-no-mark.yaml', message: /NUL bytes: save it as UTF-8/ },
    { name: 'nul.yaml', message: /NUL bytes/ },
    { name: 'binary.yaml', message: /leave it out/ },
    { name: 'overlong.yaml', message: /not UTF-8/ },
    { name: 'surrogate.yaml', message: /not UTF-8/ },
    { name: 'cut.yaml', message: /not UTF-8/ },
  ] as const)('$name is no text', async ({ name, message }) => {
    const file = await readIn(name);
    expect(file).toMatchObject({ ok: false, reason: 'FileEncoding' });
    expect(file.ok || file.message).toMatch(message);
  });

  test('as many bytes as are left are taken, one more is refused', async () => {
    const path = join(await inputFolder({ 'a.yaml': 'x'.repeat(2048) }), 'a.yaml');
    expect(await readFileText(path, 2048)).toMatchObject({ ok: true, bytes: 2048 });
    const refused = await readFileText(path, 2047);
    expect(refused).toMatchObject({ ok: false, reason: 'FileTooLarge' });
    expect(refused.ok || refused.message).toMatch(/48 MiB, 1 KiB of which are left: split it/);
  });

  test('a file of 100 MB is refused for its size', async () => {
    const path = join(await inputFolder(), 'big.yaml');
    const file = await open(path, 'w');
    await file.truncate(100 * 1024 * 1024);
    await file.close();
    const refused = await readFileText(path, MAX_INPUT_BYTES);
    expect(refused).toMatchObject({ ok: false, reason: 'FileTooLarge' });
    expect(refused.ok || refused.message).toMatch(/may have 48 MiB: split it/);
  });

  test('a file that says it is empty is counted while it is read', async () => {
    expect(await readFileText('/proc/self/status', 16)).toMatchObject({ ok: false, reason: 'FileTooLarge' });
  });

  test.each([
    { name: 'nothing there', path: 'none.yaml', message: /ENOENT\): mend the path/ },
    { name: 'a folder', path: 'folder', message: /not a regular file: put one in its place/ },
    { name: 'a pipe that nobody writes to', path: 'pipe', message: /not a regular file/ },
    { name: 'a link that leads nowhere', path: 'dangling', message: /ENOENT\).* remove a link/ },
    { name: 'a link to itself', path: 'self', message: /circle \(ELOOP\): remove one/ },
    { name: 'a file taken for a folder', path: 'file/x.yaml', message: /no folder \(ENOTDIR\): mend the path/ },
    { name: 'a name too long', path: 'x'.repeat(5000), message: /too long \(ENAMETOOLONG\): shorten it/ },
    { name: 'a name with NUL', path: 'a\0b', message: /null bytes/ },
  ])('$name cannot be read, and the message says what to do', async ({ path, message }) => {
    const folder = await inputFolder({ file: '' });
    await mkdir(join(folder, 'folder'));
    await symlink('none', join(folder, 'dangling'));
    await symlink('self', join(folder, 'self'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const file = await readFileText(join(folder, path), MAX_INPUT_BYTES);
    expect(file).toMatchObject({ ok: false, reason: 'FileUnreadable' });
    expect(file.ok || file.message).toMatch(message);
  });

  test('a device without an end is not read', async () => {
    expect(await readFileText('/dev/zero', MAX_INPUT_BYTES)).toMatchObject({ ok: false, reason: 'FileUnreadable' });
  });
});

describe('readStreamText', () => {
  async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
    yield* parts;
  }

  test('chunks may be text or bytes, and a character may be spread over two', async () => {
    const bytes = Buffer.from('é');
    const stream = chunks('a: ', bytes.subarray(0, 1), bytes.subarray(1), '\n');
    expect(await readStreamText(stream, 100)).toEqual({ ok: true, text: 'a: é\n', bytes: 6 });
  });

  test('a stream without an end is left when it has given too much', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield Buffer.alloc(1024, 0x20);
        }
      } finally {
        ended = true;
      }
    }
    expect(await readStreamText(endless(), 10_000)).toMatchObject({ ok: false, reason: 'FileTooLarge' });
    expect(ended).toBe(true);
  });

  test('a stream that breaks is unreadable', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield 'a: 1\n';
      throw Object.assign(new Error('read EIO'), { code: 'EIO' });
    }
    expect(await readStreamText(broken(), 100)).toEqual({ ok: false, reason: 'FileUnreadable', message: 'read EIO' });
  });

  test('bytes that are no UTF-8 are refused', async () => {
    expect(await readStreamText(chunks(Buffer.from([0xff])), 9)).toMatchObject({ ok: false, reason: 'FileEncoding' });
  });
});

describe('systemReason', () => {
  test.each([
    { code: 'EACCES', message: 'permission denied (EACCES): allow reading it' },
    { code: 'EPERM', message: 'permission denied (EPERM): allow reading it' },
    { code: 'EIO', message: 'text of the system' },
  ])('$code in words', ({ code, message }) => {
    expect(systemReason(Object.assign(new Error('text of the system'), { code }))).toBe(message);
  });

  test('what is no error is shown as it is', () => {
    expect(systemReason('broken')).toBe('broken');
  });
});
