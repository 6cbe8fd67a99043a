output "build" {
  description = "How to build the image and the template"
  value       = "deploy/dataflow/build --project ${var.project} --region ${var.region} --bucket ${google_storage_bucket.news.name}"
}

output "worker" {
  description = "Service account of launcher and workers, for --service_account_email"
  value       = google_service_account.worker.email
}

output "pages" {
  description = "Where the nightly job looks for a day's pages"
  value       = local.parameters.input
}

output "stories" {
  description = "Where it writes what became of them"
  value       = local.parameters.output
}
