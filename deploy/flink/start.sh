#!/usr/bin/env bash
# Start one process of a Flink cluster for copydesk, in the foreground: what supervises it may be anything.
#
#     deploy/flink/start.sh jobmanager             # one a cluster; its page on port 8081
#     deploy/flink/start.sh taskmanager            # one a machine
#     deploy/flink/start.sh worker-pool            # one beside each task manager; runs the Python half
#     deploy/flink/start.sh job-server             # one, anywhere: takes jobs from copydesk on port 8099
#
# More arguments go to the process: for Flink `-D key=value` over conf/config.yaml, for the others their options.
# FLINK_HOME is where fetch.sh has put things, FLINK_CONF another folder than conf/ beside this script, JVM_ARGS more
# for Java, PYTHON the interpreter that has copydesk.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=${FLINK_HOME:-$here/../../.cache/flink}
conf=${FLINK_CONF:-$here/conf}
role=${1:-}
shift || true

java() {
    # what Flink and its serializers reach into, as its own start scripts open it
    local opened=() package
    for package in lang lang.reflect net io nio text time util util.concurrent util.concurrent.atomic \
        util.concurrent.locks; do
        opened+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
    done
    [[ -f $home/whole ]] || { echo "start.sh: nothing in $home: run $here/fetch.sh first" >&2; exit 1; }
    # shellcheck disable=SC2086  # JVM_ARGS are several
    exec java "${opened[@]}" --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
        --add-exports=java.base/sun.net.util=ALL-UNNAMED --add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED \
        -Dlog4j.configurationFile="$conf/log4j2.properties" ${JVM_ARGS:-} "$@"
}

case $role in
jobmanager)
    java -Xmx512m -cp "$home/flink/lib/*" \
        org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir "$conf" "$@"
    ;;
taskmanager) # heap as conf/config.yaml shares it out
    java -Xmx512m -cp "$home/flink/lib/*" \
        org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir "$conf" "$@"
    ;;
job-server) # what is on its class path is sent to the cluster with each job
    logging=$(printf '%s:' "$home"/flink/lib/log4j-*.jar)
    java -Xmx512m -cp "$logging$home/job-server/*" \
        org.apache.beam.runners.flink.FlinkJobServerDriver "$@"
    ;;
worker-pool)
    exec "${PYTHON:-python3}" "$here/worker_pool.py" "$@"
    ;;
*)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
    exit 2
    ;;
esac
