/** What a {@link HostPolicy} decides on. */
export interface HostPolicyRequest {
  readonly host: string;
  readonly port: number;
  /** The addresses that the name resolved to; exactly these will be connected to. */
  readonly addresses: readonly string[];
}

/**
 * Guards services that connect where their users say. Return `false` or throw to refuse; the
 * connection is then never tried. With a policy set, errors do not tell a refused port from a silent one.
 */
export type HostPolicy = (request: HostPolicyRequest) => boolean | Promise<boolean>;
