import java.lang.reflect.Method;
import java.nio.file.Path;

/**
 * Neo4j as the tests need it: NeoServer HOME CONF serves Bolt until standard input ends or SIGTERM comes.
 * Reflection, so that one class file (Java 17) starts every Neo4j version, whatever Java its jars need.
 */
public final class NeoServer {
    public static void main(String[] args) throws Exception {
        Class<?> type = Class.forName("org.neo4j.dbms.api.DatabaseManagementServiceBuilder");
        Object builder = type.getConstructor(Path.class).newInstance(Path.of(args[0]));
        type.getMethod("loadPropertiesFromFile", Path.class).invoke(builder, Path.of(args[1]));
        Object service = type.getMethod("build").invoke(builder);
        Method shutdown = Class.forName("org.neo4j.dbms.api.DatabaseManagementService").getMethod("shutdown");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(service, shutdown)));
        System.out.println("ready");
        while (System.in.read() >= 0) {
        }
        System.exit(0);
    }

    private static void stop(Object service, Method shutdown) {
        try {
            shutdown.invoke(service);
        } catch (ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }
}
