/** The `List-*` fields of bulk mail: URLs without angle brackets, RFC 2369. */
export interface ListHeaders {
  readonly help?: string | undefined;
  readonly unsubscribe?: string | readonly string[] | undefined;
  /** Says that a POST to the https URL in `unsubscribe` is enough, RFC 8058. @defaultValue false */
  readonly oneClick?: boolean | undefined;
  readonly subscribe?: string | undefined;
  readonly post?: string | undefined;
  readonly owner?: string | undefined;
  readonly archive?: string | undefined;
  /** Such as `news.example.org`, RFC 2919. */
  readonly id?: string | undefined;
}
