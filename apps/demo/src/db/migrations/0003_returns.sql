ALTER TABLE "outbox_recipients" ADD COLUMN "bounce" jsonb;--> statement-breakpoint
ALTER TABLE "outbox_recipients" ADD COLUMN "bounced_at" timestamp (3) with time zone;