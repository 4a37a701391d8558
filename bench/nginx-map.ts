import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { originsOf } from './inputs/origins.ts';
import type { ServerCommand } from './server-process.ts';

/** nginx in one process with a `map` of 1 000 origins; the shell line says where it listens, then becomes nginx. */
export async function nginxMap(): Promise<ServerCommand> {
  const directory = resolve('.cache/bench/nginx');
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  writeFileSync(`${directory}/nginx.conf`, configuration(directory, port));
  const say = `echo "listening http://127.0.0.1:${port}/"; exec nginx -c ${directory}/nginx.conf -p ${directory}`;
  return { name: 'nginx map, 1 000 origins', command: 'sh', args: ['-c', say] };
}

function configuration(directory: string, port: number): string {
  const origins = originsOf(1000).map((origin) => `    "${origin}" $http_origin;`);
  return `daemon off; master_process off; worker_processes 1; pid ${directory}/pid; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path ${directory}; proxy_temp_path ${directory}; fastcgi_temp_path ${directory};
  uwsgi_temp_path ${directory}; scgi_temp_path ${directory}; keepalive_requests 100000000; map_hash_bucket_size 128; map_hash_max_size 8192;
  map $http_origin $allowed { default "";
${origins.join('\n')}
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      if ($request_method = OPTIONS) {
        add_header Access-Control-Allow-Origin $allowed always;
        add_header Access-Control-Allow-Methods "DELETE, GET, PUT" always;
        add_header Access-Control-Allow-Headers "content-type, x-request-id" always;
        add_header Access-Control-Max-Age 600 always;
        add_header Vary Origin always;
        return 204;
      }
      return 200 "ok";
    }
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
