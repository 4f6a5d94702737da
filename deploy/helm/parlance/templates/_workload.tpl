{{/* A process: how it runs, how it is found, how it is kept. Called with the root, the process and what the values say of it. */}}
{{- define "parlance.workload" -}}
{{- $values := .root.Values -}}
{{- $name := printf "%s-%s" (include "parlance.name" .root) .process -}}
{{- $isGateway := eq .process "gateway" -}}
{{- $isPresence := eq .process "presence" -}}
{{- $scales := and (not $isPresence) .own.autoscaling.enabled -}}
{{- $ca := include "parlance.caSecret" . -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels: {{- include "parlance.labels" . | nindent 4 }}
spec:
  {{- if $isPresence }}
  # Its state is in memory, so two pods would contradict each other: the old one ends before the new one starts.
  replicas: 1
  strategy: { type: Recreate }
  {{- else }}
  {{- if not $scales }}
  replicas: {{ .own.replicas }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  {{- end }}
  revisionHistoryLimit: 5
  progressDeadlineSeconds: 900
  selector:
    matchLabels: {{- include "parlance.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "parlance.labels" . | nindent 8 }}
        {{- with merge (dict) (default dict .own.podLabels) $values.defaults.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with merge (dict) (default dict .own.podAnnotations) $values.defaults.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      # Kubernetes would name services in variables that begin with PARLANCE_, and a process refuses names it does not know.
      enableServiceLinks: false
      automountServiceAccountToken: false
      # Counts from before preStop: 10 s for the endpoints to forget the pod, then 60 s of drain within 100 s, or the 30 s of a service.
      terminationGracePeriodSeconds: {{ ternary 180 60 $isGateway }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        fsGroup: 65532
        seccompProfile: { type: RuntimeDefault }
      {{- with $values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      {{- with default $values.defaults.priorityClassName .own.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with default $values.defaults.nodeSelector .own.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with default $values.defaults.tolerations .own.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ $key }}
          whenUnsatisfiable: {{ $values.defaults.spread }}
          labelSelector:
            matchLabels: {{- include "parlance.selector" $ | nindent 14 }}
          matchLabelKeys: [pod-template-hash]
        {{- end }}
      containers:
        - name: {{ .process }}
          image: {{ include "parlance.image" . | quote }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          env: {{- include "parlance.env" . | nindent 12 }}
          ports:
            {{- if $isGateway }}
            - { name: http, containerPort: 8080 }
            {{- else }}
            - { name: exchange, containerPort: 7000 }
            - { name: grpc, containerPort: 50051 }
            {{- end }}
            - { name: management, containerPort: 9090 }
          # The store and the brokers are looked for before the port opens; a process that finds none ends and is started again.
          startupProbe:
            httpGet: { path: /live, port: management }
            periodSeconds: 2
            timeoutSeconds: 3
            failureThreshold: 60
          # The event loop only: a store that is away must not restart everything.
          livenessProbe:
            httpGet: { path: /live, port: management }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet: { path: /ready, port: management }
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: 2
          lifecycle:
            preStop:
              # The kubelet waits; the image has no shell that could. One pod has nobody who could take over meanwhile.
              sleep: { seconds: {{ ternary 1 10 $isPresence }} }
          resources: {{- toYaml (default $values.defaults.resources .own.resources) | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          {{- if or $ca $values.cluster.tls.enabled }}
          volumeMounts:
            {{- if $ca }}
            - { name: ca, mountPath: /etc/parlance/ca, readOnly: true }
            {{- end }}
            {{- if $values.cluster.tls.enabled }}
            - { name: tls, mountPath: /etc/parlance/tls, readOnly: true }
            {{- end }}
          {{- end }}
      {{- if or $ca $values.cluster.tls.enabled }}
      volumes:
        {{- if $ca }}
        - name: ca
          secret: { secretName: {{ $ca | quote }}, defaultMode: 288, items: [{ key: ca.crt, path: ca.crt }] }
        {{- end }}
        {{- if $values.cluster.tls.enabled }}
        - name: tls
          secret: { secretName: {{ required "cluster.tls.secret: name the secret with ca.crt, tls.crt and tls.key" (default $values.cluster.tls.secret (get $values.cluster.tls.secrets .process)) | quote }}, defaultMode: 288 }
        {{- end }}
      {{- end }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels: {{- include "parlance.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "parlance.selector" . | nindent 6 }}
{{- if not $isGateway }}
---
# Headless: callers ask for the addresses of all pods and choose among them. Pods that are not ready stay listed, because what a
# pod has cached counts as long as it runs: a kick is acknowledged when every listed pod has heard of it (W24).
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels: {{- include "parlance.labels" . | nindent 4 }}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: {{- include "parlance.selector" . | nindent 4 }}
  ports:
    - { name: exchange, port: 7000, targetPort: exchange }
    - { name: grpc, port: 50051, targetPort: grpc }
{{- end }}
{{- if $scales }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $name }}
  labels: {{- include "parlance.labels" . | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ $name }} }
  minReplicas: {{ .own.autoscaling.minReplicas }}
  maxReplicas: {{ .own.autoscaling.maxReplicas }}
  metrics:
    {{- if and $isGateway .own.autoscaling.socketsPerPod }}
    - type: Pods
      pods:
        metric: { name: parlance_gateway_sockets }
        target: { type: AverageValue, averageValue: {{ .own.autoscaling.socketsPerPod | quote }} }
    {{- end }}
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: {{ .own.autoscaling.cpuPercent }} }
  behavior:
    scaleUp:
      stabilizationWindowSeconds: {{ ternary 0 300 $isGateway }}
    # Each change of a gateway moves its sockets, each change of a service stops its consumers for a moment.
    scaleDown:
      stabilizationWindowSeconds: 600
      policies: [{ type: Pods, value: 1, periodSeconds: {{ ternary 120 300 $isGateway }} }]
{{- end }}
{{- end -}}
