{{- define "parlance.name" -}}
{{- if contains "parlance" .Release.Name -}}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{- else -}}{{ printf "%s-parlance" .Release.Name | trunc 40 | trimSuffix "-" }}{{- end -}}
{{- end -}}

{{/* What a process is told apart by. Called with the root, the process and what the values say of it. */}}
{{- define "parlance.selector" -}}
app.kubernetes.io/name: parlance
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .process }}
{{- end -}}

{{- define "parlance.labels" -}}
{{ include "parlance.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: parlance
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "parlance.image" -}}
{{- $image := .root.Values.image -}}
{{- $path := printf "%s/%s" $image.repository .process -}}
{{- if $image.registry -}}{{- $path = printf "%s/%s" $image.registry $path -}}{{- end -}}
{{- $digest := get $image.digests .process -}}
{{- if $digest -}}{{ printf "%s@%s" $path $digest }}{{- else -}}{{ printf "%s:%s" $path (default .root.Chart.AppVersion $image.tag) }}{{- end -}}
{{- end -}}

{{/* Which services a process calls. */}}
{{- define "parlance.calls" -}}
{{- if eq . "group" -}}identity,messaging
{{- else if eq . "messaging" -}}identity,group,messaging
{{- else if eq . "presence" -}}identity
{{- else if eq . "gateway" -}}identity,group,messaging,presence
{{- end -}}
{{- end -}}

{{- define "parlance.hasStore" -}}
{{- if has . (list "identity" "group" "messaging") -}}yes{{- end -}}
{{- end -}}

{{/* The file of authorities Node trusts beside its own. */}}
{{- define "parlance.caSecret" -}}
{{- $ca := .root.Values.kafka.caSecret -}}
{{- if include "parlance.hasStore" .process -}}
{{- $ca = default .root.Values.mongodb.caSecret $ca -}}
{{- end -}}
{{- $ca -}}
{{- end -}}

{{- define "parlance.secretEnv" -}}
- name: {{ .env }}
  valueFrom:
    secretKeyRef: { name: {{ .ref.name | quote }}, key: {{ .ref.key | quote }} }
{{- end -}}

{{- define "parlance.env" -}}
{{- $values := .root.Values -}}
{{- $process := .process -}}
{{- $sasl := $values.kafka.sasl -}}
{{- $user := default dict (get $sasl.users $process) -}}
- name: PARLANCE_LOG_LEVEL
  value: {{ $values.logLevel | quote }}
- name: PARLANCE_MANAGEMENT_LISTEN
  value: 0.0.0.0:9090
- name: PARLANCE_KAFKA_BROKERS
  value: {{ required "kafka.brokers: name the brokers of the cluster" (join "," $values.kafka.brokers) | quote }}
- name: PARLANCE_KAFKA_REPLICATION
  value: {{ $values.kafka.replication | quote }}
- name: PARLANCE_KAFKA_TOPIC_PREFIX
  value: {{ $values.kafka.topicPrefix | quote }}
- name: PARLANCE_KAFKA_TLS
  value: {{ $values.kafka.tls | quote }}
{{- if ne $sasl.mechanism "none" }}
- name: PARLANCE_KAFKA_SASL_MECHANISM
  value: {{ $sasl.mechanism }}
- name: PARLANCE_KAFKA_USERNAME
  value: {{ required "kafka.sasl.username: say who the processes are" (default $sasl.username $user.username) | quote }}
{{ include "parlance.secretEnv" (dict "env" "PARLANCE_KAFKA_PASSWORD" "ref" (default $sasl.password $user.password)) }}
{{- end }}
{{ include "parlance.secretEnv" (dict "env" "PARLANCE_CLUSTER_SECRET" "ref" $values.cluster.secret) }}
{{- if $values.cluster.tls.enabled }}
- name: PARLANCE_CLUSTER_TLS_CA
  value: /etc/parlance/tls/ca.crt
- name: PARLANCE_CLUSTER_TLS_CERT
  value: /etc/parlance/tls/tls.crt
- name: PARLANCE_CLUSTER_TLS_KEY
  value: /etc/parlance/tls/tls.key
{{- else }}
- name: PARLANCE_CLUSTER_PLAINTEXT
  value: "true"
{{- end }}
{{- if include "parlance.caSecret" . }}
- name: NODE_EXTRA_CA_CERTS
  value: /etc/parlance/ca/ca.crt
{{- end }}
{{- range $called := splitList "," (include "parlance.calls" $process) }}
{{- if $called }}
- name: PARLANCE_{{ upper $called }}_PODS
  value: {{ include "parlance.pods" (dict "root" $.root "process" $called) | quote }}
{{- end }}
{{- end }}
{{- if include "parlance.hasStore" $process }}
{{ include "parlance.secretEnv" (dict "env" "PARLANCE_MONGODB_URI" "ref" $values.mongodb.uri) }}
- name: PARLANCE_MONGODB_DATABASE
  value: {{ $values.mongodb.database | quote }}
{{- end }}
{{- if eq $process "gateway" }}
- name: PARLANCE_GATEWAY_LISTEN
  value: 0.0.0.0:8080
{{- with $values.gateway.corsOrigins }}
- name: PARLANCE_CORS_ORIGINS
  value: {{ join "," . | quote }}
{{- end }}
{{- if $values.adminKeys.name }}
{{ include "parlance.secretEnv" (dict "env" "PARLANCE_ADMIN_KEYS" "ref" $values.adminKeys) }}
{{- end }}
{{- if $values.gateway.resumeKey.name }}
{{ include "parlance.secretEnv" (dict "env" "PARLANCE_GATEWAY_RESUME_KEY" "ref" $values.gateway.resumeKey) }}
{{- end }}
{{- else }}
- name: PARLANCE_EXCHANGE_LISTEN
  value: 0.0.0.0:7000
- name: PARLANCE_GRPC_LISTEN
  value: 0.0.0.0:50051
{{- end }}
{{- range $name, $value := merge (dict) .own.settings $values.defaults.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* Where the pods of a service are, for those who call it. */}}
{{- define "parlance.pods" -}}
{{- $static := (get .root.Values .process).pods -}}
{{- if $static -}}{{ join "," $static }}{{- else -}}
{{- printf "dns:%s-%s.%s.svc:7000" (include "parlance.name" .root) .process .root.Release.Namespace -}}
{{- end -}}
{{- end -}}
