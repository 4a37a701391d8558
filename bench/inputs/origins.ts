/** As many different origins as asked, of the length that real ones have. */
export function originsOf(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `https://tenant-${index.toString().padStart(7, '0')}.apps.example.com`,
  );
}

/** What a hand-written configuration holds. */
export const tenOrigins = originsOf(10);

/** Origins that look like the others and are in no list. */
export const strangers = Array.from({ length: 10 }, (_, index) => `https://stranger-${index}.apps.example.org`);
