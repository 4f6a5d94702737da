// S42 of reliability.md over rendered objects: every workload has restricted pod security, limits, probes, a disruption budget and
// a network policy; and what CP2 to CP11 say besides.

const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "Pod"]);

/** @returns one line for each rule that an object breaks; empty when all is well */
export function problemsOf(objects) {
  const workloads = objects.filter(({ kind }) => WORKLOADS.has(kind));
  const strangers = workloads.filter(({ kind }) => kind !== "Deployment").map(({ kind, metadata }) => `${kind} ${metadata.name}: only Deployments are known here`);
  return [
    ...workloads.length === 0 ? ["nothing runs"] : [], ...strangers, ...namesTwice(objects), ...denies(objects),
    ...workloads.filter(({ kind }) => kind === "Deployment").flatMap((one) => [...podProblems(one), ...keptProblems(one, objects)].map((text) => `${one.metadata.name}: ${text}`)),
  ];
}

const broken = (rules) => rules.filter(([holds]) => holds !== true).map(([, text]) => text);

function podProblems({ spec }) {
  const pod = spec.template.spec;
  const security = pod.securityContext ?? {};
  return [
    ...broken([
      [security.runAsNonRoot === true && security.runAsUser > 0, "may run as root"],
      [security.seccompProfile?.type === "RuntimeDefault", "has no seccomp profile"],
      [!pod.hostNetwork && !pod.hostPID && !pod.hostIPC, "shares a namespace of the node"],
      [pod.automountServiceAccountToken === false, "gets a token of the API server"],
      [pod.enableServiceLinks === false, "gets variables of other services, which our processes refuse"],
      [(pod.volumes ?? []).every((volume) => ["secret", "configMap", "emptyDir", "projected"].some((kind) => kind in volume)), "mounts a volume that restricted pods may not"],
      [(pod.topologySpreadConstraints ?? []).some(({ topologyKey }) => topologyKey === "topology.kubernetes.io/zone"), "is not spread over zones"],
      [(pod.initContainers ?? []).length === 0 && pod.containers.length === 1, "has more than one container"],
      [Object.entries(spec.selector.matchLabels).every(([name, value]) => spec.template.metadata.labels[name] === value), "does not select its own pods"],
      [spec.strategy.type === "Recreate" || spec.strategy.rollingUpdate?.maxUnavailable === 0, "takes pods away before new ones are ready"],
    ]),
    ...pod.containers.flatMap((container) => containerProblems(container, pod)),
  ];
}

function containerProblems({ securityContext: security = {}, resources = {}, ...container }, pod) {
  const ports = new Set((container.ports ?? []).map(({ name }) => name));
  const probes = ["startupProbe", "livenessProbe", "readinessProbe"];
  const sleep = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const isGateway = container.name === "gateway";
  const names = container.env.map(({ name }) => name);
  return broken([
    [security.allowPrivilegeEscalation === false, "may gain privileges"],
    [security.readOnlyRootFilesystem === true, "may write to its image"],
    [security.capabilities?.drop?.includes("ALL") === true && security.capabilities.add === undefined, "keeps capabilities"],
    [security.privileged === undefined && security.runAsUser === undefined && security.runAsNonRoot === undefined, "overrides the pod's security"],
    [resources.limits?.memory !== undefined && resources.limits.cpu !== undefined, "has no limits"],
    [resources.requests?.memory !== undefined && resources.requests.cpu !== undefined, "has no requests"],
    [probes.every((probe) => container[probe]?.httpGet?.port === "management"), "lacks a probe on the management port"],
    [container.livenessProbe?.httpGet.path === "/live" && container.readinessProbe?.httpGet.path === "/ready", "would be restarted when something else is away"],
    [ports.has("management") && ports.size === container.ports.length, "has ports without a name"],
    [container.ports.every(({ hostPort }) => hostPort === undefined), "takes a port of the node"],
    [sleep > 0 && container.lifecycle.preStop.exec === undefined, "stops before the endpoints know, or needs a shell for waiting"],
    [pod.terminationGracePeriodSeconds >= sleep + (isGateway ? 100 : 30), "would be killed while it stops"],
    [new Set(names).size === names.length, "has a variable twice"],
    [container.env.every(({ name, value }) => value === undefined || !/SECRET|PASSWORD|ADMIN_KEYS|RESUME_KEY|MONGODB_URI/.test(name)), "has a secret in its description"],
    [!/:latest$|^[^:@]+$/.test(container.image.split("/").at(-1)), "has an image without a version"],
  ]);
}

/** A budget, a policy of its own, somebody who finds it. */
function keptProblems({ spec, metadata }, objects) {
  const labels = spec.template.metadata.labels;
  const selects = (selector) => Object.entries(selector ?? {}).every(([name, value]) => labels[name] === value);
  const of = (kind) => objects.filter((one) => one.kind === kind);
  const budgets = of("PodDisruptionBudget").filter((one) => selects(one.spec.selector.matchLabels));
  const policies = of("NetworkPolicy").filter((one) => selects(one.spec.podSelector.matchLabels) && one.spec.podSelector.matchLabels["app.kubernetes.io/component"] !== undefined);
  const services = of("Service").filter((one) => selects(one.spec.selector) && one.spec.selector["app.kubernetes.io/component"] !== undefined);
  const ports = new Set(spec.template.spec.containers[0].ports.map(({ name }) => name));
  const scalers = of("HorizontalPodAutoscaler").filter((one) => one.spec.scaleTargetRef.name === metadata.name);
  const reachable = (one) => one.spec.ingress.flatMap((rule) => (rule.from === undefined ? rule.ports.map(({ port }) => port) : []));
  return broken([
    [budgets.length === 1 && budgets[0].spec.maxUnavailable === 1, "has no disruption budget of one pod"],
    [policies.length === 1, "has no network policy of its own"],
    [policies.every((one) => reachable(one).every((port) => port === "http")), "lets everybody in at a port that is not for clients (S45)"],
    [policies.every((one) => [...one.spec.ingress, ...one.spec.egress].every((rule) => (rule.ports ?? []).length > 0)), "has a policy for all ports"],
    [services.length === 1 && services[0].spec.ports.every(({ targetPort }) => ports.has(targetPort)), "is not found by a service of its ports"],
    [services.every((one) => one.spec.ports.every(({ targetPort }) => targetPort !== "management")), "shows its management port at its service (S45)"],
    [(scalers.length === 1) === (spec.replicas === undefined), "has a number of pods from two sides, or from none"],
    [labels["app.kubernetes.io/component"] !== "presence" || (spec.replicas === 1 && spec.strategy.type === "Recreate"), "may run twice"],
  ]);
}

function denies(objects) {
  const all = objects.filter(({ kind, spec }) => kind === "NetworkPolicy" && spec.ingress === undefined && spec.egress === undefined
    && spec.policyTypes?.includes("Ingress") && spec.policyTypes.includes("Egress"));
  return all.length === 1 ? [] : ["there is no policy that denies everything in both directions"];
}

function namesTwice(objects) {
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${name} is there twice`);
}
