import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a command ended, and what it wrote. */
export type KubectlResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** What a command runs with besides its arguments. */
export type KubectlInput = {
  /** Standard input, for `-f -`. */
  readonly input?: string;
  /** Another user's kubeconfig file. */
  readonly kubeconfig?: string;
};

/** Which kubectl, for whom. */
export type KubectlSetting = { readonly path: string; readonly kubeconfig: string; readonly folder: string };

/** The real kubectl with a kubeconfig and a cache of its own: what it learned of one cluster is wrong for the next. */
export function kubectlOf(setting: KubectlSetting): {
  readonly kubectl: (args: readonly string[], input?: KubectlInput) => Promise<string>;
  readonly tryKubectl: (args: readonly string[], input?: KubectlInput) => Promise<KubectlResult>;
} {
  return {
    tryKubectl: (args, input = {}) => run(setting, args, input),
    kubectl: async (args, input = {}) => {
      const { code, stdout, stderr } = await run(setting, args, input);
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`);
      return stdout;
    },
  };
}

function run(setting: KubectlSetting, args: readonly string[], given: KubectlInput): Promise<KubectlResult> {
  const { input = '', kubeconfig = setting.kubeconfig } = given;
  const env = { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(setting.folder, 'kubectl-cache') };
  const child = spawn(setting.path, [...args], { env, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  // A command that fails early does not read its input; that is its result, not an error of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
