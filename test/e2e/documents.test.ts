import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseCorsPolicy } from '../../src/model/cors-policy.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';

/** Every page that a user reads. */
const pages = ['README.md', ...markdownIn('examples'), ...markdownIn('docs')];

function markdownIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${folder}/${name}`);
}

function blocks(page: string, language: string): readonly string[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1] ?? '');
}

const policies = pages.flatMap((page) =>
  blocks(page, 'yaml').flatMap((block, index) =>
    parseAllDocuments(block)
      .map((document): KubernetesObject => document.toJS())
      .filter((object) => object?.kind === 'CorsPolicy')
      .map((object) => ({ name: `${page}, block ${index + 1}`, object })),
  ),
);

describe('documents', () => {
  test('there are policies to look at', () => {
    expect(policies.length).toBeGreaterThan(0);
  });

  test.each(policies)('$name: the policy is valid', ({ object }) => {
    expect(parseCorsPolicy(object).issues.filter((issue) => issue.severity === 'error')).toEqual([]);
  });

  test('README has exactly the two set-up commands', () => {
    expect(blocks('README.md', 'sh').map((block) => block.trim())).toEqual([
      'npm ci && npm start',
      'npm ci && npm test',
    ]);
  });

  test.each(pages.map((page) => ({ page })))('$page: links lead to files', ({ page }) => {
    const text = readFileSync(page, 'utf8').replaceAll(/^```.*?^```/gms, '');
    const folder = page.split('/').slice(0, -1);
    const targets = [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '');
    for (const target of targets) {
      expect(() => readLink(folder, target), `${page} links to ${target}`).not.toThrow();
    }
  });
});

function readLink(folder: readonly string[], target: string): void {
  const path = [...folder, target].join('/');
  try {
    readFileSync(path);
  } catch {
    readdirSync(path);
  }
}
