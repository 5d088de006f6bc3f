/** A module that uses Residuum. */
@SuppressWarnings("requires-automatic")
module example.consumer {
  requires org.residuum;
  requires java.desktop;
}
