// Starts one real Elasticsearch 7 node from its published jars, with the HTTP layer of the netty plugin.
// Arguments: settings as key=value.

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.transport.Netty4Plugin;

public class Elasticsearch7 extends Node {
    Elasticsearch7(Environment environment, Collection<Class<? extends Plugin>> plugins) {
        super(environment, plugins, true);
    }

    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder()
            .put("transport.type", "netty4")
            .put("http.type", "netty4")
            .put("discovery.type", "single-node")
            .put("node.name", "n1");
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            settings.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        Collection<Class<? extends Plugin>> plugins = new ArrayList<>();
        plugins.add(Netty4Plugin.class);
        Environment environment =
            InternalSettingsPreparer.prepareEnvironment(settings.build(), new HashMap<>(), null, () -> "n1");
        new Elasticsearch7(environment, plugins).start();
        Thread.currentThread().join();
    }
}
