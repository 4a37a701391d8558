import { createYamlPrinter } from './yaml-text.ts';

/** A report as JSON or YAML, or as text for people. */
export function formatDocument(document: unknown, format: 'table' | 'yaml' | 'json', table: () => string): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(document, null, 2)}\n`;
    case 'yaml':
      return createYamlPrinter()(document);
    case 'table':
      return table();
  }
}
