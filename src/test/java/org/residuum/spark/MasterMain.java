package org.residuum.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.rpc.RpcEnv;

/**
 * A master on a port that the system chooses, so that no other process can take it before. Spark's
 * own {@code main} tells nobody which one it is.
 */
final class MasterMain {
  private MasterMain() {}

  /** Arguments: the host, and the file that gets the port. */
  public static void main(String[] args) throws IOException {
    RpcEnv master = Master.startRpcEnvAndEndpoint(args[0], 0, 0, new SparkConf())._1();
    Path port = Path.of(args[1]);
    Path making = port.resolveSibling("port.part");
    Files.writeString(making, String.valueOf(master.address().port()));
    Files.move(making, port, StandardCopyOption.ATOMIC_MOVE);
    master.awaitTermination();
  }
}
