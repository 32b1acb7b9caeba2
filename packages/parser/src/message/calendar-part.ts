/** An iCalendar object in a message (RFC 5545, RFC 6047). */
export interface CalendarPart {
  /** In upper case: `"REQUEST"`, `"REPLY"`, `"CANCEL"` …; `undefined` when neither the part nor the object says. */
  readonly method: string | undefined;
  /** The object itself, line ends of LF. */
  readonly text: string;
}
