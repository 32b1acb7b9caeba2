import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button } from "../components/button.js";
import { ErrorBox } from "../components/notice.js";
import { SettingsPage } from "../settings/settings-page.js";
import { TemplateForm } from "./template-form.js";
import { TemplatePreview } from "./template-preview.js";
import { removeTemplate, type Template, templateQuery } from "./template-queries.js";

/** A new template. */
export function NewTemplatePage() {
  const navigate = useNavigate();
  return (
    <SettingsPage title="Add a template">
      <TemplateForm
        template={undefined}
        onSaved={({ id }) => void navigate({ to: "/templates/$id", params: { id } })}
      />
    </SettingsPage>
  );
}

/** A template: its words, and how they look when they are filled. */
export function TemplatePage() {
  const { id } = useParams({ from: "/shell/templates/$id" });
  const { data: template, error, refetch } = useQuery(templateQuery(id));
  return (
    <SettingsPage title="Template">
      {error !== null && <ErrorBox error={error} onRetry={() => void refetch()} />}
      {template !== undefined && <Editor key={template.id} template={template} />}
    </SettingsPage>
  );
}

function Editor({ template }: { readonly template: Template }) {
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: async () => await removeTemplate(template),
    onSuccess: () => void navigate({ to: "/templates" }),
  });
  return (
    <>
      <TemplateForm template={template} />
      <TemplatePreview template={template} />
      {remove.isError && <ErrorBox error={remove.error} />}
      <p>
        <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          Remove the template
        </Button>
      </p>
    </>
  );
}
