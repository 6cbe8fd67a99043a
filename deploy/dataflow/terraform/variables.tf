variable "project" {
  description = "Project that pays and holds everything"
  type        = string
}

variable "region" {
  description = "Region of the bucket, the images and the jobs: traffic between them is free within one"
  type        = string
  default     = "us-central1"
}

variable "bucket" {
  description = "Name of the bucket for pages, stories, the index and the templates; names are unique in the world"
  type        = string
}

variable "template" {
  description = "gs:// path of the template that deploy/dataflow/build printed; without one there is no schedule yet"
  type        = string
  default     = ""

  validation {
    condition     = var.template == "" || can(regex("^gs://[^/]+/.+[.]json$", var.template))
    error_message = "Should be the path that deploy/dataflow/build printed: gs://BUCKET/templates/copydesk-COMMIT.json."
  }
}

variable "schedule" {
  description = "When the nightly job starts, as cron has it, in UTC"
  type        = string
  default     = "30 1 * * *"
}

variable "run_date" {
  description = "Which day's pages the nightly job cleans: the day that has just ended, or the one it starts on"
  type        = string
  default     = "yesterday"

  validation {
    condition     = contains(["today", "yesterday"], var.run_date)
    error_message = "Should be today or yesterday."
  }
}

variable "parameters" {
  description = "Further parameters of the template, as metadata.json names them, or instead of those set here"
  type        = map(string)
  default     = {}
}
