import { configureGlobal } from 'fast-check';

/** Gives every property the run's seed, so that a failure seen once is seen again. */
configureGlobal({ seed: Number(process.env['FC_SEED']) });
