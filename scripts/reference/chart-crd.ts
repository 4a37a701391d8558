import { stringify } from 'yaml';
import { crdManifest } from './crd-manifest.ts';
import type { OwnKind } from './own-kind.ts';

/** How our YAML is written, so that every parser of YAML 1.1 or 1.2 reads the same. */
export const YAML_STYLE = { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' } as const;

/** The CustomResourceDefinition of a kind as a template of the Helm chart, with `crds.enabled` and `crds.keep`. */
export function chartCrd(kind: OwnKind): string {
  const text = stringify(crdManifest(kind), YAML_STYLE).replaceAll('{{', '{{ "{{" }}');
  const template = text.replace(/^ {2}labels:\n/m, (line) => `${ANNOTATIONS}${line}${LABELS}`);
  return `{{- if .Values.crds.enabled }}\n${template}{{- end }}\n`;
}

const LABELS = `    {{- include "cors-operator.labels" . | nindent 4 }}\n`;

const ANNOTATIONS = `  {{- if .Values.crds.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
`;
