import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Controller } from './controller.ts';

/** Metrics of a controller, read when they are asked for. Labels are closed sets: no name of an object, no origin. */
export function createControllerMetrics(controller: Controller): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerQueue(registry, controller);
  registerWrites(registry, controller);
  registerSource(registry, controller);
  registerDecisions(registry, controller);
  return registry;
}

function registerQueue(registry: Registry, { targetQueue, elector }: Controller): void {
  gauge(registry, 'queue_depth', 'Targets that wait to be looked at.', () => targetQueue.depth());
  gauge(registry, 'queue_oldest_seconds', 'How long the oldest of them has waited.', () => targetQueue.oldestAge());
  gauge(registry, 'queue_delayed', 'Targets that are looked at again later.', () => targetQueue.delayed());
  gauge(registry, 'leader', '1 while this process holds the Lease.', () => (elector.isHeld() ? 1 : 0));
}

function registerWrites(registry: Registry, { counts }: Controller): void {
  new Counter({
    name: 'cors_operator_passes_total',
    help: 'Looks at targets, by how they ended.',
    labelNames: ['result'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(counts.passes)) this.inc({ result }, count);
    },
  });
  counter(
    registry,
    'target_writes_total',
    'Requests that changed a target or an object of ours.',
    () => counts.targetWrites,
  );
  counter(registry, 'status_writes_total', 'Statuses that were written.', () => counts.statuses);
}

function registerSource(registry: Registry, { source }: Controller): void {
  new Gauge({
    name: 'cors_operator_cache_objects',
    help: 'Objects that are known, by kind.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      for (const { resource, objects } of source.kinds()) this.set({ kind: resource.kind }, objects);
    },
  });
  new Gauge({
    name: 'cors_operator_cache_age_seconds',
    help: 'Since the API server last said something about a kind.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      for (const { resource, lastContact } of source.kinds()) this.set({ kind: resource.kind }, lastContact ?? 0);
    },
  });
  new Counter({
    name: 'cors_operator_watch_failures_total',
    help: 'Lists and watches that failed, by kind.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { resource, failures } of source.kinds()) this.inc({ kind: resource.kind }, failures);
    },
  });
}

function registerDecisions(registry: Registry, { evaluations }: Controller): void {
  new Gauge({
    name: 'cors_operator_routes',
    help: 'Routes by what became of them.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { evaluation } of evaluations.parts()) {
        for (const { plan } of evaluation.routes) this.inc({ outcome: plan.outcome });
      }
    },
  });
  gauge(registry, 'guardrail_violations', 'Policies with entries beyond a guardrail.', () => {
    let count = 0;
    for (const { evaluation } of evaluations.parts()) {
      for (const { beyond } of evaluation.share.standings.values()) count += beyond.length;
    }
    return count;
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name: `cors_operator_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function counter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name: `cors_operator_${name}`,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
