// Starts one real OpenSearch 2 node from a home folder (config, modules, plugins), as its own start script would.
// Argument: the home folder.

import java.util.HashMap;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;

public class OpenSearch2 {
    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.builder().put("path.home", arguments[0]).build();
        new Node(InternalSettingsPreparer.prepareEnvironment(settings, new HashMap<>(), null, () -> "n1")).start();
        Thread.currentThread().join();
    }
}
