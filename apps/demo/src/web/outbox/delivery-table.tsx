import type { OutboxMessage } from "../api/answers.js";
import styles from "./delivery.module.css";
import { recipientWords } from "./sent-words.js";

/** What became of a message for each recipient, in the server's words. */
export function DeliveryTable({ recipients }: Pick<OutboxMessage, "recipients">) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Recipient</th>
          <th scope="col">State</th>
          <th scope="col">Code</th>
          <th scope="col">The server said</th>
        </tr>
      </thead>
      <tbody>
        {recipients.map(({ address, status, code, enhancedCode, text }) => {
          const { mood, words } = recipientWords(status);
          return (
            <tr key={address}>
              <th scope="row" className={styles.address}>
                {address}
              </th>
              <td className={styles.state} data-mood={mood}>
                {words}
              </td>
              <td className={styles.code}>{[code, enhancedCode].filter((one) => one !== null).join(" ")}</td>
              <td className={styles.server}>{text}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
