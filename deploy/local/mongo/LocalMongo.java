import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.channel.Channel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * mongo-java-server over an H2 file, with what today's driver and a durable store need and it lacks.
 *
 * - `hello`, and a wire version that the driver accepts. A declaration: nothing else of that version is added.
 * - One command at a time, and its answer is a copy: an answer is otherwise the stored document itself, in which a
 *   later write shows before it is sent, so that two callers of one counter may read the same value.
 * - A write is in the file before it is answered: a kill otherwise loses about a second of acknowledged writes.
 */
public final class LocalMongo {
  private static final Set<String> WRITES = Set.of("insert", "update", "delete", "findandmodify", "create", "drop",
      "dropdatabase", "createindexes", "dropindexes", "deleteindexes", "renamecollection", "collmod");

  private final H2Backend backend;

  private LocalMongo(H2Backend backend) {
    this.backend = backend;
  }

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    Path folder = Files.createDirectories(Path.of(args[1]));
    H2Backend backend = new H2Backend(folder.resolve("store.mv").toString());
    backend.version(new DeclaredVersion());
    MongoBackend front = (MongoBackend) Proxy.newProxyInstance(LocalMongo.class.getClassLoader(),
        new Class<?>[] {MongoBackend.class}, (self, method, given) -> new LocalMongo(backend).call(method, given));
    MongoServer server = new MongoServer(front);
    server.bind("127.0.0.1", port);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println("LocalMongo ready");
    Thread.currentThread().join();
  }

  private Object call(Method method, Object[] given) throws Throwable {
    String name = method.getName();
    if (name.equals("handleMessage")) {
      MongoMessage message = (MongoMessage) given[0];
      Document query = message.getDocument();
      return alone(method, given, message.getChannel(), message.getDatabaseName(), query.keySet().iterator().next(), query);
    }
    if (name.equals("handleCommand")) {
      return alone(method, given, (Channel) given[0], (String) given[1], (String) given[2], (Document) given[3]);
    }
    if (name.startsWith("handle") && !name.equals("handleClose")) {
      synchronized (backend) {
        return invoke(method, given);
      }
    }
    return invoke(method, given);
  }

  private Object alone(Method method, Object[] given, Channel channel, String database, String command, Document query)
      throws Throwable {
    String lower = command.toLowerCase(Locale.ROOT);
    synchronized (backend) {
      if (lower.equals("hello")) {
        Document answer = backend.handleCommand(channel, database, "isMaster", query);
        answer.put("isWritablePrimary", true);
        return answer;
      }
      Object answer = invoke(method, given);
      Object copy = answer instanceof Document ? ((Document) answer).cloneDeeply() : answer;
      if (WRITES.contains(lower)) backend.commit();
      return copy;
    }
  }

  private Object invoke(Method method, Object[] given) throws Throwable {
    try {
      return method.invoke(backend, given);
    } catch (InvocationTargetException thrown) {
      throw thrown.getTargetException();
    }
  }

  private static final class DeclaredVersion implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(5, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return 9;
    }
  }
}
