ALTER TABLE "messages" ADD COLUMN "pending_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "messages_pending" ON "messages" USING btree ("pending_at") WHERE pending is not null;