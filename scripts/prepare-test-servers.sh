#!/bin/sh
# Brings the real servers that the tests start: Debian packages (when root) and three search servers from Maven.
# Safe to run again: does nothing, and says nothing, when all is there.
#
#   scripts/prepare-test-servers.sh            packages and search servers
#   scripts/prepare-test-servers.sh packages   Debian packages only
#   scripts/prepare-test-servers.sh jvm        search servers only
#
# LEFTOPEN_SERVERS names the folder for the search servers (default: ${XDG_CACHE_HOME:-~/.cache}/leftopen/servers).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${LEFTOPEN_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/leftopen/servers}
what=${1:-all}
dependency=org.apache.maven.plugins:maven-dependency-plugin:3.8.1
es2=2.4.6
es7=7.17.28
os2=2.19.1

say() { printf '%s\n' "$*" >&2; }

# package=file that proves that it is installed
packages="redis-server=/usr/bin/redis-server
postgresql-15=/usr/lib/postgresql/15/bin/postgres
nginx-light=/usr/sbin/nginx
memcached=/usr/bin/memcached
mariadb-server=/usr/sbin/mariadbd
mosquitto=/usr/sbin/mosquitto
nmap=/usr/bin/nmap
nftables=/usr/sbin/nft
iproute2=/usr/bin/ip
openssl=/usr/bin/openssl
unzip=/usr/bin/unzip
util-linux=/usr/bin/flock
maven=/usr/bin/mvn
default-jdk-headless=/usr/bin/javac"

missing_packages() {
    for line in $packages; do
        [ -e "${line#*=}" ] || [ -e "/usr${line#*=}" ] || printf '%s ' "${line%%=*}"
    done
}

install_packages() {
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        say "missing Debian packages: $missing"
        say "install them as root, or run this script as root"
        return 1
    fi
    say "installing: $missing"
    # Nothing may start by itself: the tests start what they need, on addresses of their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        made_policy=$policy
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2
    # shellcheck disable=SC2086  # a list of package names
    apt-get install -y -qq --no-install-recommends $missing >"$work/apt.log" 2>&1 || { tail -n 20 "$work/apt.log" >&2; return 1; }
}

fetch() { # fetch GOAL ARGUMENTS...: one quiet Maven call
    goal=$1
    shift
    mvn -q -B -Dmaven.repo.local="$work/repository" "$dependency:$goal" "$@" >"$work/mvn.log" 2>&1 ||
        { tail -n 20 "$work/mvn.log" >&2; return 1; }
}

jars() { # jars FOLDER group:artifact:version ...: these artifacts with all they need at run time
    target=$1
    shift
    mkdir -p "$work/pom"
    {
        printf '<project><modelVersion>4.0.0</modelVersion><groupId>leftopen</groupId><artifactId>servers</artifactId>'
        printf '<version>1</version><packaging>pom</packaging><dependencies>'
        for coordinate in "$@"; do
            group=${coordinate%%:*}
            rest=${coordinate#*:}
            printf '<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>' \
                "$group" "${rest%%:*}" "${rest#*:}"
        done
        printf '</dependencies></project>\n'
    } >"$work/pom/pom.xml"
    fetch copy-dependencies -f "$work/pom/pom.xml" -DincludeScope=runtime -DoutputDirectory="$target"
}

finish() { # finish BUILT NAME: from the work folder to the cache in one step
    rm -rf "${cache:?}/$2"
    mv "$1" "$cache/$2"
}

elasticsearch2() {
    [ -d "$cache/elasticsearch-$es2" ] && return 0
    say "fetching Elasticsearch $es2"
    fetch copy -Dartifact="org.elasticsearch.distribution.zip:elasticsearch:$es2:zip" -DoutputDirectory="$work"
    unzip -q "$work/elasticsearch-$es2.zip" -d "$work"
    finish "$work/elasticsearch-$es2" "elasticsearch-$es2"
}

elasticsearch7() {
    [ -d "$cache/elasticsearch-$es7" ] && return 0
    say "fetching Elasticsearch $es7"
    built=$work/es7
    jars "$built/lib" "org.elasticsearch:elasticsearch:$es7" "org.elasticsearch.plugin:transport-netty4-client:$es7" \
        org.apache.logging.log4j:log4j-core:2.17.1
    mkdir -p "$built/classes"
    javac -nowarn -cp "$built/lib/*" -d "$built/classes" "$here/java/Elasticsearch7.java"
    finish "$built" "elasticsearch-$es7"
}

opensearch2() {
    [ -d "$cache/opensearch-$os2" ] && return 0
    say "fetching OpenSearch $os2"
    built=$work/os2
    jars "$built/lib" "org.opensearch:opensearch:$os2" "org.opensearch:opensearch-plugin-classloader:$os2" \
        "org.opensearch.plugin:transport-netty4-client:$os2" org.apache.logging.log4j:log4j-core:2.21.0
    fetch copy -Dartifact="org.opensearch.plugin:opensearch-security:$os2.0:zip" -DoutputDirectory="$work"
    netty=$built/modules/transport-netty4
    mkdir -p "$netty" "$built/classes" "$built/security"
    javac -nowarn -cp "$built/lib/*" -d "$built/classes" "$here/java/OpenSearch2.java"
    mv "$built"/lib/netty* "$built"/lib/transport-netty4* "$netty/"
    printf 'description=HTTP layer\nversion=%s\nname=transport-netty4\nclassname=%s\njava.version=11\nopensearch.version=%s\n' \
        "$os2" org.opensearch.transport.Netty4Plugin "$os2" >"$netty/plugin-descriptor.properties"
    unzip -q "$work/opensearch-security-$os2.0.zip" -d "$built/security"
    finish "$built" "opensearch-$os2"
}

made_policy=
mkdir -p "$cache"
work=$(mktemp -d "$cache/.work.XXXXXX") # beside the result, so that the last step is one rename
trap 'rm -rf "$work" $made_policy' EXIT
trap 'exit 130' INT TERM
case $what in
all | packages) install_packages ;;
jvm) ;;
*)
    say "usage: $0 [all|packages|jvm]"
    exit 2
    ;;
esac
[ "$what" = packages ] && exit 0
# Two runs at once would fetch the same files twice: the second waits.
exec 9>"$cache/.lock"
flock 9
elasticsearch2
elasticsearch7
opensearch2
