/** Fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object, and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Its fields; none when it is no object. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : none;
}

const none: Fields = {};
