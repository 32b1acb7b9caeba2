CREATE TABLE "wire_logs" (
	"tenant_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"process_id" uuid NOT NULL,
	"lines" jsonb NOT NULL,
	"told_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "wire_logs_account_id_process_id_pk" PRIMARY KEY("account_id","process_id")
);
--> statement-breakpoint
ALTER TABLE "wire_logs" ADD CONSTRAINT "wire_logs_account" FOREIGN KEY ("tenant_id","account_id") REFERENCES "public"."accounts"("tenant_id","id") ON DELETE cascade ON UPDATE no action;