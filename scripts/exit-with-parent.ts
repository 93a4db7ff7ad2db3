/**
 * Preloaded into every app that `npm start` spawns: when the start process is gone (even by kill -9), the channel to it
 * closes and the app ends as it would on SIGTERM, so that no orphan keeps a port.
 */
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref(); // the channel alone keeps nobody alive
}
