package org.residuum.cli;

import org.residuum.report.Machine;
import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"residuum " + Machine.version(), "Java " + Runtime.version()};
  }
}
