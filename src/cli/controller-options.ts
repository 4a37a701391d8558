import type { z } from 'zod';
import type { ControllerModeOptions } from '../config.ts';
import type { controllerFlags } from './command-flags.ts';
import { settingsFlags } from './settings-flags.ts';

/** What `controller` runs with, from its flags. */
export function controllerOptions(flags: z.infer<typeof controllerFlags>): ControllerModeOptions {
  const { operatorNamespace, instance, podName, metrics, writesPerSecond, traefikSettle, logLevel, logFormat } = flags;
  return {
    cluster: { kubeconfig: flags.kubeconfig, context: flags.context },
    settings: settingsFlags(flags),
    operatorNamespace,
    instance,
    podName,
    metrics,
    writesPerSecond,
    traefikSettle,
    logLevel,
    logFormat,
  };
}
