CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"message_id_header" text NOT NULL,
	"subject" text NOT NULL,
	"rendered" "bytea" NOT NULL,
	"envelope" jsonb NOT NULL,
	"state" text NOT NULL,
	"send_at" timestamp (3) with time zone,
	"epoch" integer DEFAULT 0 NOT NULL,
	"holder" text,
	"lease_until" timestamp (3) with time zone,
	"begun" boolean DEFAULT false NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp (3) with time zone,
	"resolved_by" text,
	"sent_copy" text DEFAULT 'none' NOT NULL,
	"checks" integer DEFAULT 0 NOT NULL,
	"check_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbox_key" UNIQUE("tenant_id","idempotency_key"),
	CONSTRAINT "outbox_tenant_id_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "outbox_attempts" (
	"outbox_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"tenant_id" uuid NOT NULL,
	"holder" text NOT NULL,
	"phase" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"connection_id" text,
	"error" jsonb,
	CONSTRAINT "outbox_attempts_key" PRIMARY KEY("outbox_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "outbox_recipients" (
	"outbox_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"tenant_id" uuid NOT NULL,
	"address" text NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"code" text,
	"enhanced_code" text,
	"text" text,
	CONSTRAINT "outbox_recipients_key" PRIMARY KEY("outbox_id","position")
);
--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_account" FOREIGN KEY ("tenant_id","account_id") REFERENCES "public"."accounts"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox_attempts" ADD CONSTRAINT "outbox_attempts_outbox" FOREIGN KEY ("tenant_id","outbox_id") REFERENCES "public"."outbox"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox_recipients" ADD CONSTRAINT "outbox_recipients_outbox" FOREIGN KEY ("tenant_id","outbox_id") REFERENCES "public"."outbox"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("next_try_at","state");--> statement-breakpoint
CREATE INDEX "outbox_to_check" ON "outbox" USING btree ("check_at");--> statement-breakpoint
CREATE INDEX "outbox_leases" ON "outbox" USING btree ("lease_until");--> statement-breakpoint
CREATE INDEX "outbox_by_message_id" ON "outbox" USING btree ("tenant_id","message_id_header");