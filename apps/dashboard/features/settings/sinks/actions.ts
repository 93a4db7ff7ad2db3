'use server';
import { changeSink } from '@toolgate/services/audit/sink-change';
import { createSink } from '@toolgate/services/audit/sink-create';
import { pauseSink } from '@toolgate/services/audit/sink-pause';
import { removeSink } from '@toolgate/services/audit/sink-remove';
import { resumeSink } from '@toolgate/services/audit/sink-resume';
import { testSink } from '@toolgate/services/audit/sink-test';
import { asMember } from '@/server/as-member';

export const createSinkAction = async (org: string, input: Parameters<typeof createSink>[2]) =>
  asMember(org, (s, actor) => createSink(s, actor, input));

export const changeSinkAction = async (org: string, input: Parameters<typeof changeSink>[2]) =>
  asMember(org, (s, actor) => changeSink(s, actor, input));

export const testSinkAction = async (org: string, sinkId: string) => asMember(org, (s, actor) => testSink(s, actor, { sinkId }));

export const pauseSinkAction = async (org: string, sinkId: string) => asMember(org, (s, actor) => pauseSink(s, actor, { sinkId }));

export const resumeSinkAction = async (org: string, sinkId: string) => asMember(org, (s, actor) => resumeSink(s, actor, { sinkId }));

export const removeSinkAction = async (org: string, sinkId: string) => asMember(org, (s, actor) => removeSink(s, actor, { sinkId }));
