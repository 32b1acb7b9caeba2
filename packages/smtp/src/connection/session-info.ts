/** What a connection says about itself once it is open. */
export interface SessionInfo {
  readonly connectionId: string;
  /** Lines of the EHLO reply, such as `SIZE 10240000`. */
  readonly capabilities: readonly string[];
  readonly tls?: { readonly version: string; readonly cipher: string } | undefined;
  readonly latencyMs: Readonly<Record<string, number>>;
}
