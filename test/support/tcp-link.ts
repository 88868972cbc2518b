import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A network between a client and a server on loopback that can be cut as real ones are. */
export interface TcpLink {
  readonly port: number;
  /** A black hole: connections stay open and new ones are taken, and nothing comes through in either direction. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly close: () => Promise<void>;
}

/** Forwards to `target`: a path of a Unix socket. */
export async function openTcpLink(target: string): Promise<TcpLink> {
  let frozen = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    const pair = [client, upstream];
    for (const [index, socket] of pair.entries()) {
      sockets.add(socket);
      const other = pair[1 - index];
      socket.on("data", (bytes) => void other?.write(bytes));
      socket.on("error", () => other?.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other?.destroy();
      });
      if (frozen) socket.pause();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      frozen = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
