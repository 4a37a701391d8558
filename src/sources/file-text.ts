import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MAX_INPUT_BYTES } from './input-limits.ts';

/** A file's text, or why it has none. */
export type FileText =
  | { readonly ok: true; readonly text: string; readonly bytes: number }
  | {
      readonly ok: false;
      readonly reason: 'FileUnreadable' | 'FileTooLarge' | 'FileEncoding';
      readonly message: string;
    };

/**
 * Reads a regular file as UTF-8. The size is asked for before anything is read, and counted while reading, since a file
 * may grow; what is no regular file when it is opened is not read at all, so that no pipe can make it wait.
 *
 * @param budget bytes that may still be read
 */
export async function readFileText(path: string, budget: number): Promise<FileText> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readOpenFile(file, budget);
    } finally {
      await file.close();
    }
  } catch (error) {
    return { ok: false, reason: 'FileUnreadable', message: systemReason(error) };
  }
}

/** Reads a stream as UTF-8, counting its bytes and ending it when they are too many. */
export async function readStreamText(stream: AsyncIterable<Uint8Array | string>, budget: number): Promise<FileText> {
  try {
    return await readText(stream, budget);
  } catch (error) {
    return { ok: false, reason: 'FileUnreadable', message: systemReason(error) };
  }
}

/** Why the system refused, and what to do, in words. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = systemReasons[code];
  return known ?? (error instanceof Error ? error.message : String(error));
}

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder (ENOENT): mend the path, or remove a link that leads nowhere',
  EACCES: 'permission denied (EACCES): allow reading it',
  EPERM: 'permission denied (EPERM): allow reading it',
  ELOOP: 'links lead round in a circle (ELOOP): remove one of them',
  ENOTDIR: 'a part of the path is no folder (ENOTDIR): mend the path',
  ENAMETOOLONG: 'the path is too long (ENAMETOOLONG): shorten it',
  ENXIO: 'it is not a regular file (ENXIO): pipe into -f - instead',
  EISDIR: 'it is a folder (EISDIR): name a file',
};

async function readOpenFile(file: FileHandle, budget: number): Promise<FileText> {
  const stats = await file.stat();
  if (!stats.isFile()) {
    return { ok: false, reason: 'FileUnreadable', message: 'it is not a regular file: put one in its place' };
  }
  return stats.size > budget ? tooLarge(budget) : await readText(fileChunks(file, stats.size), budget);
}

/** All of the file in one chunk, unless it grows while it is read: large inputs are not copied together. */
async function* fileChunks(file: FileHandle, expected: number): AsyncGenerator<Uint8Array> {
  for (let size = expected + 1; ; size = GROWTH) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(size), 0, size, null);
    if (bytesRead === 0) {
      return;
    }
    yield buffer.subarray(0, bytesRead);
  }
}

/** Bytes asked for once a file has grown. */
const GROWTH = 64 * 1024;

async function readText(chunks: AsyncIterable<Uint8Array | string>, budget: number): Promise<FileText> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    bytes += part.length;
    if (bytes > budget) {
      return tooLarge(budget);
    }
    parts.push(part);
  }
  return decode(parts, bytes);
}

function tooLarge(budget: number): FileText {
  const all = `${MAX_INPUT_BYTES / 1024 / 1024} MiB`;
  const left = budget === MAX_INPUT_BYTES ? '' : `, ${Math.floor(budget / 1024)} KiB of which are left`;
  return { ok: false, reason: 'FileTooLarge', message: `all input together may have ${all}${left}: split it` };
}

/** A byte order mark in front is taken off. */
function decode(parts: readonly Uint8Array[], bytes: number): FileText {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(joined(parts));
    return text.includes('\0') ? notText('it holds NUL bytes') : { ok: true, text, bytes };
  } catch {
    return notText('it is not UTF-8');
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
}

function notText(what: string): FileText {
  return { ok: false, reason: 'FileEncoding', message: `${what}: save it as UTF-8 text, or leave it out` };
}
