import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface Ear {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Reads what leaves without a request: the server name in a TLS greeting (preconnect), and the user name of a TURN
 * client over TCP, which is sent once the first allocation was refused with a realm (RFC 8656, 401).
 */
export async function openEar(heard: (name: string) => void): Promise<Ear> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    let greeting = Buffer.alloc(0);
    socket.on('data', (data) => {
      if (greeting.length > 0 || data[0] === 0x16) {
        // A greeting with post-quantum keys comes in two packets.
        greeting = Buffer.concat([greeting, data]);
        const name = /\0[^]{2}((?:[\w-]+\.)+localhost)/.exec(greeting.toString('latin1'))?.[1];
        if (name !== undefined) heard(name);
        if (name !== undefined) socket.end();
        return;
      }
      if ((data[0] ?? 255) > 3) return socket.end();
      const user = attribute(data, 0x0006);
      if (user !== null) heard(user);
      socket.write(unauthorised(data));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function attribute(message: Uint8Array, wanted: number): string | null {
  const view = Buffer.from(message);
  for (let at = 20; at + 4 <= message.length; ) {
    const length = view.readUInt16BE(at + 2);
    if (view.readUInt16BE(at) === wanted) return view.toString('utf8', at + 4, at + 4 + length);
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return null;
}

function unauthorised(request: Buffer): Buffer {
  const realm = field(0x0014, Buffer.from('evil'));
  const nonce = field(0x0015, Buffer.from('0123456789abcdef'));
  const error = field(0x0009, Buffer.concat([Buffer.from([0, 0, 4, 1]), Buffer.from('Unauthorized')]));
  const body = Buffer.concat([error, realm, nonce]);
  const head = Buffer.alloc(4);
  // Allocate, error response.
  head.writeUInt16BE(0x0113, 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, request.subarray(4, 20), body]);
}

function field(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
