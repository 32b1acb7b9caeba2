DROP INDEX "messages_by_thread";--> statement-breakpoint
CREATE INDEX "messages_of_thread" ON "messages" USING btree ("tenant_id","thread_id","sort_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);