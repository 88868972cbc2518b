import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A network between a client and a server on loopback that can be cut as real ones are. */
export interface TcpLink {
  readonly port: number;
  /** A black hole: connections stay open and new ones are taken, and nothing comes through in either direction. */
  readonly freeze: () => void;
  /** `new`: only for connections from now on; the swallowed ones stay so. */
  readonly thaw: (which?: "all" | "new") => void;
  readonly close: () => Promise<void>;
}

/** After how many bytes in each direction a connection is cut, wherever in a message that is. */
export interface Cut {
  readonly toServer: number;
  readonly toClient: number;
}

/** Forwards to `target`: a path of a Unix socket. `cutOf` is asked once for each connection; without it none is cut. */
export async function openTcpLink(target: string, cutOf: () => Cut = neverCut): Promise<TcpLink> {
  let frozen = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    const pair = [client, upstream];
    const cut = cutOf();
    const left = [cut.toServer, cut.toClient];
    for (const [index, socket] of pair.entries()) {
      sockets.add(socket);
      const other = pair[1 - index];
      socket.on("data", (bytes: Buffer) => {
        const passed = bytes.subarray(0, left[index]);
        left[index] = (left[index] ?? 0) - passed.length;
        other?.write(passed);
        if (passed.length < bytes.length) for (const end of pair) end.destroySoon();
      });
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
    thaw(which = "all") {
      frozen = false;
      if (which === "new") return;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function neverCut(): Cut {
  return { toServer: Number.POSITIVE_INFINITY, toClient: Number.POSITIVE_INFINITY };
}
