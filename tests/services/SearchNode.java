import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One Elasticsearch node for tests, made of the jars that Maven Central serves.
 *
 * <p>The server is reached by reflection alone: a compiler that is older than the server's classes, or that does not
 * have them, compiles this too. Arguments: the node's home, and a file that is written when the node is up; standard
 * output cannot say so, for the server's log takes it over. When standard input ends, whoever started this is gone,
 * and the node ends too.
 */
public final class SearchNode {
    private SearchNode() {}

    public static void main(String[] words) throws Exception {
        Path home = Path.of(words[0]);
        AutoCloseable node = make(home);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.getClass().getMethod("start").invoke(node);
        Files.writeString(Path.of(words[1]), Long.toString(ProcessHandle.current().pid()));
        while (System.in.read() >= 0) {
            // Nothing is ever said to it.
        }
        System.exit(0);
    }

    private static AutoCloseable make(Path home) throws Exception {
        Object noSettings = type("common.settings.Settings").getField("EMPTY").get(null);
        Supplier<String> name = () -> "test-node";
        Object environment = call("node.InternalSettingsPreparer", "prepareEnvironment",
            noSettings, Map.of("path.home", home.toString()), home.resolve("config"), name);
        call("common.logging.LogConfigurator", "registerErrorListener");
        call("common.logging.LogConfigurator", "setNodeName", name.get());
        call("common.logging.LogConfigurator", "configure", environment, true);
        Object modules = environment.getClass().getMethod("modulesDir").invoke(environment);
        Object bundles = call("plugins.PluginsLoader", "loadModulesBundles", modules, true);
        Object plugins = call("plugins.PluginsLoader", "createPluginsLoader", bundles, Set.of(), Map.of(), false);
        return (AutoCloseable) type("node.Node")
            .getConstructor(type("env.Environment"), type("plugins.PluginsLoader"))
            .newInstance(environment, plugins);
    }

    private static void close(AutoCloseable node) {
        try {
            node.close();
        } catch (Exception trouble) {
            trouble.printStackTrace();
        }
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName("org.elasticsearch." + name);
    }

    /** Calls a static method, found by its name and by how many arguments it takes. */
    private static Object call(String owner, String name, Object... arguments) throws Exception {
        Method found = Stream.of(type(owner).getMethods())
            .filter(it -> it.getName().equals(name) && it.getParameterCount() == arguments.length)
            .findFirst()
            .orElseThrow(() -> new NoSuchMethodException(owner + "." + name));
        try {
            return found.invoke(null, arguments);
        } catch (InvocationTargetException wrapped) {
            if (wrapped.getCause() instanceof Exception trouble) {
                throw trouble;
            }
            throw wrapped;
        }
    }
}
