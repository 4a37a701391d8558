import { readFileSync } from 'node:fs';
import { parseAllDocuments, stringify } from 'yaml';

// Reads YAML and prints it, nothing else: the least that any command on manifests has to do.
const [path = ''] = process.argv.slice(2);
for (const document of parseAllDocuments(readFileSync(path, 'utf8'))) {
  process.stdout.write(`---\n${stringify(document.toJS())}`);
}
