import type { Socket } from "node:net";
import { createSecureContext } from "node:tls";
import { type Certificates, createCertificates } from "../certificates/certificates.js";
import { TcpListener } from "../net/tcp-listener.js";
import { WireConnection } from "../net/wire-connection.js";
import { type OptionNames, requireKnownOptions } from "../options/known-options.js";
import { ScriptPlayer } from "./script-player.js";
import { parseTranscript, type ScriptStep, type ScriptTranscript } from "./transcript.js";
import type { WriteChunking } from "./write-chunking.js";

/** How `startScriptedServer` plays its script. */
export interface ScriptedServerOptions {
  /**
   * How the server's bytes are cut into writes, so that a suite can sweep over it.
   * @defaultValue `"whole"`
   */
  readonly chunking?: WriteChunking;
  /**
   * TLS from the first byte; `TLS:` in a script upgrades later.
   * @defaultValue `false`
   */
  readonly implicitTls?: boolean;
  /** @defaultValue new ones, see `ScriptedServer.ca` */
  readonly certificates?: Certificates;
  /** @defaultValue `"127.0.0.1"` */
  readonly host?: string;
  /**
   * Plays the last script for every further connection; without it a further connection is a mismatch.
   * @defaultValue `false`
   */
  readonly repeat?: boolean;
  /**
   * How long a `C:` line may take.
   * @defaultValue `5000`
   */
  readonly stepTimeoutMs?: number;
}

const OPTION_NAMES: OptionNames<ScriptedServerOptions> = {
  chunking: true,
  implicitTls: true,
  certificates: true,
  host: true,
  repeat: true,
  stepTimeoutMs: true,
};

/** What one connection to a scripted server carried, decrypted. */
export interface ScriptedConnection {
  readonly received: Buffer;
  /** The part of `received` that came before TLS: where no credential may be. */
  readonly receivedInClear: Buffer;
  readonly sent: Buffer;
}

/** A server that says what its transcript says. Stop it when the test ends. */
export interface ScriptedServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority to trust. */
  readonly ca: string;
  /** Resolves when every script was played to its end, rejects with the first of `errors`. */
  readonly done: Promise<void>;
  /** Mismatches so far. The connection of a mismatch is cut, so that the client does not wait. */
  readonly errors: readonly Error[];
  readonly connections: readonly ScriptedConnection[];
  /** Everything that clients sent, decrypted, connection after connection. */
  readonly received: Buffer;
  stop(): Promise<void>;
}

class Connection implements ScriptedConnection {
  readonly wire: WireConnection;
  readonly #received: Buffer[] = [];
  readonly #receivedInClear: Buffer[] = [];
  player: ScriptPlayer | undefined;

  constructor(socket: Socket) {
    this.wire = new WireConnection(socket, (bytes) => {
      this.#received.push(bytes);
      if (this.wire.tls === undefined) this.#receivedInClear.push(bytes);
    });
  }

  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  get receivedInClear(): Buffer {
    return Buffer.concat(this.#receivedInClear);
  }

  get sent(): Buffer {
    return Buffer.concat(this.player?.sent ?? []);
  }
}

/**
 * Starts a server on loopback that plays a transcript and checks the client's side byte for byte. Several
 * connections are given as `{ connections: [first, second, …] }`, in the order in which clients connect.
 *
 * Throws `TranscriptSyntaxError` at once for a line that it does not understand.
 */
export async function startScriptedServer(
  script: ScriptTranscript | { readonly connections: readonly ScriptTranscript[] },
  options: ScriptedServerOptions = {},
): Promise<ScriptedServer> {
  requireKnownOptions(options, OPTION_NAMES, "startScriptedServer");
  const transcripts = typeof script === "object" && "connections" in script ? script.connections : [script];
  const scripts = transcripts.map(parseTranscript);
  const certificates = options.certificates ?? (await createCertificates());
  const secureContext = createSecureContext({ key: certificates.key, cert: certificates.cert });
  const connections: Connection[] = [];
  const errors: Error[] = [];
  const { promise: done, resolve, reject } = settleable();
  let played = 0;

  const fail = (error: Error): void => {
    errors.push(error);
    reject(error);
  };

  let stopping = false;
  const serve = async (connection: Connection, steps: ScriptStep[], index: number): Promise<void> => {
    const player = new ScriptPlayer(connection.wire, {
      connection: index + 1,
      chunking: options.chunking ?? "whole",
      secureContext,
      stepTimeoutMs: options.stepTimeoutMs ?? 5000,
    });
    connection.player = player;
    await player.play(options.implicitTls === true ? [{ kind: "tls" }, ...steps] : steps);
    played++;
    if (played === scripts.length) resolve();
    await player.expectSilence();
    connection.wire.end();
  };

  const listener = await TcpListener.listen(options.host ?? "127.0.0.1", (socket) => {
    const connection = new Connection(socket);
    const index = connections.push(connection) - 1;
    const steps = scripts[index] ?? (options.repeat === true ? scripts.at(-1) : undefined);
    if (steps === undefined) {
      fail(new Error(`Connection ${index + 1} came, but there are ${scripts.length} scripts`));
      connection.wire.destroy();
      return;
    }
    serve(connection, steps, index).catch((error: unknown) => {
      if (!stopping) fail(error instanceof Error ? error : new Error(String(error)));
      connection.wire.destroy();
    });
  });

  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await listener.stop();
    if (played < scripts.length && errors.length === 0) {
      fail(new Error(`Stopped when ${played} of ${scripts.length} scripts had been played`));
    }
  };
  return {
    host: listener.host,
    port: listener.port,
    ca: certificates.ca,
    done,
    errors,
    connections,
    get received() {
      return Buffer.concat(connections.map((connection) => connection.received));
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** A promise with its handles, whose rejection nobody has to listen to. */
function settleable(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
