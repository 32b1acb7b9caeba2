/** An iCalendar object to go with the message, RFC 6047. */
export interface CalendarInvitation {
  /** The iCalendar text (`BEGIN:VCALENDAR…`). */
  readonly content: string;
  /** Has to be the METHOD that the text names. @defaultValue "PUBLISH" */
  readonly method?:
    | "PUBLISH"
    | "REQUEST"
    | "REPLY"
    | "CANCEL"
    | "ADD"
    | "REFRESH"
    | "COUNTER"
    | "DECLINECOUNTER"
    | undefined;
  /** Of the copy that is attached as a file. @defaultValue "invite.ics" */
  readonly filename?: string | undefined;
}
