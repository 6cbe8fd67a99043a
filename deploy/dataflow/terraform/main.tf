# All that a nightly job needs: APIs, a bucket, a repository of images, two service accounts and a schedule.

resource "google_project_service" "needed" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudscheduler.googleapis.com",
    "compute.googleapis.com",
    "dataflow.googleapis.com",
    "storage.googleapis.com",
  ])

  service            = each.value
  disable_on_destroy = false
}

resource "google_storage_bucket" "news" {
  name                        = var.bucket
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # A run deletes its working files, which are as large as its input: kept for a week more, they would be paid for.
  soft_delete_policy {
    retention_duration_seconds = 0
  }

  lifecycle_rule {
    condition {
      age            = 7
      matches_prefix = ["tmp/"]
    }
    action {
      type = "Delete"
    }
  }

  depends_on = [google_project_service.needed]
}

resource "google_artifact_registry_repository" "images" {
  repository_id = "copydesk"
  location      = var.region
  format        = "DOCKER"

  cleanup_policies {
    id     = "keep-the-last-ten"
    action = "KEEP"
    most_recent_versions {
      keep_count = 10
    }
  }

  cleanup_policies {
    id     = "delete-the-rest"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }

  depends_on = [google_project_service.needed]
}

# Launcher and workers: they run jobs, read the image, and read and write this one bucket.
resource "google_service_account" "worker" {
  account_id   = "copydesk-worker"
  display_name = "copydesk: launcher and workers"
}

resource "google_project_iam_member" "worker" {
  project = var.project
  role    = "roles/dataflow.worker"
  member  = google_service_account.worker.member
}

resource "google_storage_bucket_iam_member" "worker" {
  bucket = google_storage_bucket.news.name
  role   = "roles/storage.objectAdmin"
  member = google_service_account.worker.member
}

# Beam and Dataflow look the bucket itself up, which no role on objects allows.
resource "google_storage_bucket_iam_member" "worker_looks_it_up" {
  bucket = google_storage_bucket.news.name
  role   = "roles/storage.legacyBucketReader"
  member = google_service_account.worker.member
}

resource "google_artifact_registry_repository_iam_member" "worker" {
  repository = google_artifact_registry_repository.images.name
  location   = google_artifact_registry_repository.images.location
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.worker.member
}

# The schedule: it launches templates, reads this one bucket, and may let jobs run as the worker, as nobody else.
resource "google_service_account" "scheduler" {
  account_id   = "copydesk-scheduler"
  display_name = "copydesk: launches the nightly job"
}

resource "google_project_iam_member" "scheduler" {
  project = var.project
  role    = "roles/dataflow.developer"
  member  = google_service_account.scheduler.member
}

resource "google_service_account_iam_member" "scheduler" {
  service_account_id = google_service_account.worker.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.scheduler.member
}

resource "google_storage_bucket_iam_member" "scheduler" {
  bucket = google_storage_bucket.news.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.scheduler.member
}

locals {
  root = "gs://${google_storage_bucket.news.name}"

  parameters = merge(
    {
      input         = "${local.root}/pages/{date}"
      output        = "${local.root}/stories/{date}"
      index         = "${local.root}/index"
      site_profiles = "${local.root}/profiles"
      run_date      = var.run_date
    },
    var.parameters,
  )
}

resource "google_cloud_scheduler_job" "nightly" {
  count = var.template == "" ? 0 : 1

  name             = "copydesk-nightly"
  region           = var.region
  description      = "Cleans the pages of a day"
  schedule         = var.schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "180s"

  # A launch that went through although its answer was lost is not done twice: Dataflow runs one job of a name at a time.
  retry_config {
    retry_count          = 3
    min_backoff_duration = "60s"
  }

  http_target {
    http_method = "POST"
    uri         = "https://dataflow.googleapis.com/v1b3/projects/${var.project}/locations/${var.region}/flexTemplates:launch"
    headers     = { "Content-Type" = "application/json" }
    body = base64encode(templatefile("${path.module}/launch.json.tftpl", {
      template   = var.template
      parameters = local.parameters
      temp       = "${local.root}/tmp"
      worker     = google_service_account.worker.email
    }))

    oauth_token {
      service_account_email = google_service_account.scheduler.email
    }
  }

  depends_on = [google_project_service.needed]
}
