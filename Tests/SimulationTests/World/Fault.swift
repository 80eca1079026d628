/// Everything that chance does to the system.
enum Fault: String, CaseIterable, Sendable {
    case requestLost, answerLost, messageDelayed, requestRepeated, reportOvertaken
    case partition, massPartition
    case controlPlaneCrash, crashBetweenCommitAndEffects, crashDuringCommit, commitFailed, commitSlow
    case agentCrash, crashDuringDocumentWrite, crashBetweenDocumentAndAction, crashBetweenActionAndResult
    case crashAfterRejection
    case documentNotWritable, memoryNotWritable
    case nodeReboot, dockerAway, dockerRestart, dockerAnswerLost, eventsLost
    case containerCrash, containerRemovedByHand, foreignPort
    case pullFailed, createFailed, startFailed, stopFailed, removeFailed, probeFailed
    case configFileMissing, crashBeforeReload, crashBeforeTelling, dockerAwayBeforeTelling
    case emptyDocument, foreignDocument
    case databaseRestored, databaseCopiedBack
    case awayWhenDecided, awayWhenStored, awayWhenSent, awayWhenSwitched, awayWhenReported, awayBetweenWaves
    case awayWhenFailed, awayWhenRollingBack, awayWhenRollbackSent
}
