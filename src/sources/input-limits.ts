/**
 * Bounds of everything that is read from files. Larger input is refused with a message: a reader that can be made to
 * take all memory is a way to stop a pipeline.
 */

/** Bytes of one file, and of all files together: the program stays under 1 GiB while it holds that much. */
export const MAX_INPUT_BYTES = 48 * 1024 * 1024;

/** UTF-16 units of one YAML document or one item of a List; the API server takes no object over 3 MiB. */
export const MAX_DOCUMENT_LENGTH = 4 * 1024 * 1024;

/** Lexical tokens of one YAML document: what bounds memory and time when a document is nothing but `[[[[`. */
export const MAX_DOCUMENT_TOKENS = 1_000_000;

/** Brackets, keys and strings of one JSON text, and keys of one object in it. */
export const MAX_JSON_TOKENS = 3_000_000;
export const MAX_JSON_KEYS = 100_000;

/** Documents of one file, and items of one List. */
export const MAX_DOCUMENTS = 250_000;

/** Levels of maps and lists in one document; CustomResourceDefinitions, the deepest manifests there are, stay below 60. */
export const MAX_DEPTH = 100;

/** Problems reported of one document, and of one file; the rest follows from them more often than not. */
export const MAX_DOCUMENT_PROBLEMS = 5;
export const MAX_FILE_PROBLEMS = 100;
