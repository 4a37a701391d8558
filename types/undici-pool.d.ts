/**
 * undici's pool without the rest of undici: `fetch`, WebSocket, caches and mocks cost the controller 12 MB and a third of
 * its start. The path is not part of undici's documented interface, and that is why the version is pinned and the client's
 * tests go through it.
 */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export = Pool;
}
